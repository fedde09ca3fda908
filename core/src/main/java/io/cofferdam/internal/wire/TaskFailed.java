package io.cofferdam.internal.wire;

/**
 * The task's own exception.
 *
 * @param selfCommitted whether a statement had been sent that may have committed by itself
 * @param failure the encoded exception
 */
public record TaskFailed(boolean selfCommitted, byte[] failure) {

  public byte[] encode() {
    return new PayloadWriter(failure.length + 5)
        .putByte(selfCommitted ? 1 : 0)
        .putBytes(failure)
        .toByteArray();
  }

  public static TaskFailed decode(byte[] payload) throws ProtocolException {
    PayloadReader reader = new PayloadReader(payload);
    return new TaskFailed(reader.getByte() != 0, reader.getBytes());
  }
}
