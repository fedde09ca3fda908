package io.cofferdam.internal.wire;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * One message on the channel.
 *
 * @param generation the generation of the worker that the channel belongs to
 * @param sequence the number of the dispatch that the frame belongs to, counted per generation, or
 *     0 before the first
 * @param taskId the task that it belongs to, or {@link #NO_TASK}
 * @param payload its content, read with {@link PayloadReader}
 * @param ready whether it is an answer after which the worker is ready for more at once, so that no
 *     READY follows
 */
public record Frame(
    FrameType type, long generation, long sequence, UUID taskId, byte[] payload, boolean ready) {

  /** The largest payload. */
  public static final int MAX_PAYLOAD = 16 << 20;

  /** Stands where a frame belongs to no task. */
  public static final UUID NO_TASK = new UUID(0, 0);

  static final int VERSION = 2;

  /** Bytes before the payload: length, version, type, generation, sequence, task id. */
  static final int HEADER = 4 + 1 + 1 + 8 + 8 + 16;

  /** The bit beside the type of an answer that says that the worker is ready. */
  static final int READY = 0x80;

  /** Creates one after which, if it is an answer, READY is still to come. */
  public Frame(FrameType type, long generation, long sequence, UUID taskId, byte[] payload) {
    this(type, generation, sequence, taskId, payload, false);
  }

  /**
   * Returns the answer to this task or question.
   *
   * @param ready whether the worker is ready for more at once, so that no READY follows
   */
  public Frame answer(FrameType type, byte[] payload, boolean ready) {
    return new Frame(type, generation, sequence, taskId, payload, ready);
  }

  /**
   * Puts what comes before the payload.
   *
   * @return the payload, which is to follow
   * @throws ProtocolException if it is too large
   */
  byte[] putHeader(ByteBuffer out) throws ProtocolException {
    if (payload.length > MAX_PAYLOAD) {
      throw new ProtocolException(this + " is larger than " + MAX_PAYLOAD + " bytes");
    }
    out.putInt(HEADER - 4 + payload.length)
        .put((byte) VERSION)
        .put((byte) (type.code | (ready ? READY : 0)))
        .putLong(generation)
        .putLong(sequence)
        .putLong(taskId.getMostSignificantBits())
        .putLong(taskId.getLeastSignificantBits());
    return payload;
  }

  @Override
  public String toString() {
    return type + " of " + payload.length + " bytes for task " + taskId + ", dispatch " + sequence;
  }
}
