package io.cofferdam.internal.wire;

/**
 * The answer to a task that was not committed, as the flight recorder keeps it: it counts if its
 * worker dies before it has sent it.
 *
 * @param type TASK_FAILED, NOT_COMMITTED or STORED
 * @param payload what the frame would have held
 */
public record RecordedAnswer(FrameType type, byte[] payload) {

  /**
   * Returns whether the worker waits to be ended before its caller is told.
   *
   * @throws ProtocolException if it cannot be read
   */
  public boolean awaitsEnd() throws ProtocolException {
    return type == FrameType.NOT_COMMITTED
        && NotCommitted.decode(payload).reason() == NotCommitted.Reason.OCCUPIED;
  }

  public byte[] encode() {
    return new PayloadWriter(payload.length + 5)
        .putByte(type.code())
        .putBytes(payload)
        .toByteArray();
  }

  /**
   * Reads what a worker has recorded.
   *
   * @throws ProtocolException if it is no such answer
   */
  public static RecordedAnswer decode(byte[] recorded) throws ProtocolException {
    PayloadReader reader = new PayloadReader(recorded);
    byte code = reader.getByte();
    FrameType type = FrameType.of(code);
    if (type != FrameType.TASK_FAILED
        && type != FrameType.NOT_COMMITTED
        && type != FrameType.STORED) {
      throw new ProtocolException("a frame of code " + code + " is no answer of a rollback");
    }
    return new RecordedAnswer(type, reader.getBytes());
  }
}
