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
 */
public record Frame(FrameType type, long generation, long sequence, UUID taskId, byte[] payload) {

  /** The largest payload. */
  public static final int MAX_PAYLOAD = 16 << 20;

  /** Stands where a frame belongs to no task. */
  public static final UUID NO_TASK = new UUID(0, 0);

  static final int VERSION = 1;

  /** Bytes before the payload: length, version, type, generation, sequence, task id. */
  static final int HEADER = 4 + 1 + 1 + 8 + 8 + 16;

  /** Puts what comes before the payload. */
  void putHeader(ByteBuffer out) {
    out.putInt(HEADER - 4 + payload.length)
        .put((byte) VERSION)
        .put(type.code())
        .putLong(generation)
        .putLong(sequence)
        .putLong(taskId.getMostSignificantBits())
        .putLong(taskId.getLeastSignificantBits());
  }

  @Override
  public String toString() {
    return type + " of " + payload.length + " bytes for task " + taskId + ", dispatch " + sequence;
  }
}
