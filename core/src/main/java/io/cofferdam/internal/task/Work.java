package io.cofferdam.internal.task;

import io.cofferdam.internal.wire.FrameType;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a worker is given to do: a task of a client, or a question of the executor's own. */
public sealed interface Work permits PendingTask, Question {

  UUID id();

  /** Returns what a worker is asked to do. */
  FrameType type();

  /**
   * Returns what a worker is told about it.
   *
   * @param graceNanos how long after its deadline its worker lives at most
   */
  byte[] payload(long graceNanos);

  /** Returns by when a worker that is given it now must have answered. */
  long deadlineNanos(long dispatchedNanos);

  /** Returns why it is to be stopped, or null. */
  @Nullable StopReason stopReason();
}
