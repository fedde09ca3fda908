package io.cofferdam.internal.wire;

/**
 * A task and how to run it.
 *
 * @param isolation the JDBC constant of the isolation level, or 0 for the database's default
 * @param readOnly whether the transaction is read-only
 * @param code the encoded task
 */
public record TaskRequest(int isolation, boolean readOnly, byte[] code) {

  public byte[] encode() {
    return new PayloadWriter(code.length + 9)
        .putInt(isolation)
        .putByte(readOnly ? 1 : 0)
        .putBytes(code)
        .toByteArray();
  }

  public static TaskRequest decode(byte[] payload) throws ProtocolException {
    PayloadReader reader = new PayloadReader(payload);
    return new TaskRequest(reader.getInt(), reader.getByte() != 0, reader.getBytes());
  }
}
