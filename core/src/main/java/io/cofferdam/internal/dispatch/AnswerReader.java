package io.cofferdam.internal.dispatch;

import io.cofferdam.Outcome;
import io.cofferdam.PartialCommitException;
import io.cofferdam.ResultLostException;
import io.cofferdam.internal.codec.Failure;
import io.cofferdam.internal.codec.FailureCodec;
import io.cofferdam.internal.codec.NotDecodableException;
import io.cofferdam.internal.codec.ResultCodec;
import org.jspecify.annotations.Nullable;

/**
 * Turns an answer into a result or an exception, in the thread that asks for it. What came from a
 * worker is untrusted: to decode it ends at the deadline of its task, or a moment after the answer
 * if that is later. Thread-safe.
 */
public final class AnswerReader {

  private final ResultCodec results;
  private final FailureCodec failures;

  public AnswerReader(ResultCodec results, FailureCodec failures) {
    this.results = results;
    this.failures = failures;
  }

  /**
   * Returns the result of a committed task.
   *
   * @throws Throwable what the caller of a task that was not committed is told
   */
  public @Nullable Object read(PendingTask task, Answer answer) throws Throwable {
    if (answer instanceof Answer.Committed committed) {
      return decode(task, committed.result());
    }
    if (answer instanceof Answer.Stored stored) {
      return decode(task, stored.result());
    }
    throw withEarlierFailures(task, failureOf(task, answer));
  }

  private @Nullable Object decode(PendingTask task, byte[] result) throws ResultLostException {
    try {
      return results.decode(result, untilNanos(task));
    } catch (NotDecodableException e) {
      throw withEarlierFailures(task, resultLost(task, e));
    }
  }

  /** Adds how the attempts before have failed to the failure that is told, as suppressed ones. */
  public <T extends Throwable> T withEarlierFailures(PendingTask task, T failure) {
    for (Answer earlier : task.earlierFailures()) {
      failure.addSuppressed(failureOf(task, earlier));
    }
    return failure;
  }

  /** Returns until when the caller waits for what it asked for, and a little longer. */
  private static long untilNanos(PendingTask task) {
    long least = System.nanoTime() + Reports.LEAST_PATIENCE_NANOS;
    return task.deadlineNanos() - least > 0 ? task.deadlineNanos() : least;
  }

  private Throwable failureOf(PendingTask task, Answer answer) {
    return answer instanceof Answer.TaskFailed failed
        ? readFailure(task, failed)
        : ((Answer.Reported) answer).exception().get();
  }

  private static ResultLostException resultLost(PendingTask task, NotDecodableException cause) {
    return new ResultLostException(
        task.describe()
            + " was committed, but its result cannot be read: "
            + cause.getMessage()
            + "; read it from the database, do not run the task again",
        Outcome.COMMITTED,
        task.id(),
        cause);
  }

  private Throwable readFailure(PendingTask task, Answer.TaskFailed failed) {
    Throwable own;
    try {
      Failure decoded = failures.decode(failed.failure(), untilNanos(task));
      if (decoded instanceof Failure.Foreign foreign) {
        return Reports.remote(foreign, failed.outcome(), task.id());
      }
      own = ((Failure.Rebuilt) decoded).throwable();
    } catch (NotDecodableException e) {
      return Reports.remote(
          new Failure.Foreign("an unreadable exception", e.getMessage(), ""),
          failed.outcome(),
          task.id());
    }
    FailureCodec.appendCallerStack(own, failed.worker());
    if (failed.outcome() == Outcome.UNKNOWN) {
      own.addSuppressed(
          new PartialCommitException(
              task.describe()
                  + " failed after a statement that may have committed by itself; look in the"
                  + " database before you do it again",
              task.id()));
    }
    return own;
  }
}
