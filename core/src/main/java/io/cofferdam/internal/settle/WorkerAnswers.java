package io.cofferdam.internal.settle;

import io.cofferdam.Outcome;
import io.cofferdam.internal.answer.FailureMessages;
import io.cofferdam.internal.task.Answer;
import io.cofferdam.internal.task.PendingTask;
import io.cofferdam.internal.task.StopReason;
import io.cofferdam.internal.wire.FrameType;
import io.cofferdam.internal.wire.NotCommitted;
import io.cofferdam.internal.wire.ProtocolException;
import io.cofferdam.internal.wire.RecordedAnswer;
import io.cofferdam.internal.wire.TaskFailed;
import org.jspecify.annotations.Nullable;

/**
 * Reads what workers answer of tasks that they have not committed, whether they send it or leave it
 * in their flight recorder.
 */
public final class WorkerAnswers {

  private WorkerAnswers() {}

  /**
   * Returns what the caller is told, or null if the worker has not started the task either.
   *
   * @param worker the name of the worker
   * @param stopReason why the task was being stopped, or null
   * @throws ProtocolException if it cannot be read
   */
  public static @Nullable Answer read(
      RecordedAnswer given,
      PendingTask task,
      String worker,
      @Nullable StopReason stopReason,
      FailureMessages messages)
      throws ProtocolException {
    if (given.type() == FrameType.STORED) {
      return new Answer.Stored(given.payload());
    }
    if (given.type() == FrameType.TASK_FAILED) {
      TaskFailed failed = TaskFailed.decode(given.payload());
      return new Answer.TaskFailed(
          failed.partMayBeCommitted() ? Outcome.UNKNOWN : Outcome.ROLLED_BACK,
          failed.retryCause(),
          failed.failure(),
          worker);
    }
    NotCommitted reason = NotCommitted.decode(given.payload());
    return reason.reason() == NotCommitted.Reason.NOT_STARTED
        ? null
        : messages.notCommitted(task, reason, stopReason);
  }
}
