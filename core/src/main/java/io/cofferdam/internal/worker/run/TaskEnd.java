package io.cofferdam.internal.worker.run;

import io.cofferdam.internal.wire.FrameType;
import org.jspecify.annotations.Nullable;

/**
 * How a task ended.
 *
 * @param answer the type of what the supervisor is told
 * @param content what it is told
 * @param occupied whether a call is still inside the connection, so that no caller is told before
 *     the supervisor has ended this process and its session
 * @param retire why this worker must not run another task, or null
 */
public record TaskEnd(FrameType answer, byte[] content, boolean occupied, @Nullable String retire) {

  /** Ends a task with an answer that has been recorded, if it had to be. */
  TaskEnd(FrameType answer, byte[] content, @Nullable String retire) {
    this(answer, content, false, retire);
  }
}
