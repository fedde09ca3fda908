package io.cofferdam.internal.answer;

import io.cofferdam.Outcome;
import io.cofferdam.PartialCommitException;
import io.cofferdam.ResultLostException;
import io.cofferdam.TransactionException.Details;
import io.cofferdam.internal.codec.Failure;
import io.cofferdam.internal.codec.FailureCodec;
import io.cofferdam.internal.codec.NotDecodableException;
import io.cofferdam.internal.codec.ResultCodec;
import io.cofferdam.internal.task.Answer;
import io.cofferdam.internal.task.PendingTask;
import io.cofferdam.internal.text.WorkerText;
import java.io.PrintWriter;
import java.io.StringWriter;
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
   * @param loader that of the task's class, which sees its types
   * @throws Throwable what the caller of a task that was not committed is told
   */
  public @Nullable Object read(PendingTask task, Answer answer, ClassLoader loader)
      throws Throwable {
    if (answer instanceof Answer.Committed committed) {
      return decode(task, committed.result(), loader);
    }
    if (answer instanceof Answer.Stored stored) {
      return decode(task, stored.result(), loader);
    }
    throw withEarlierFailures(task, failureOf(task, answer, loader), loader);
  }

  /** Whatever goes wrong here, an error of the JVM included, the transaction is committed. */
  private @Nullable Object decode(PendingTask task, byte[] result, ClassLoader loader)
      throws ResultLostException {
    try {
      long untilNanos = untilNanos(task);
      return results.in(loader).decode(result, untilNanos);
    } catch (NotDecodableException e) {
      throw withEarlierFailures(task, resultLost(task, e.getMessage(), e), loader);
    } catch (Throwable e) {
      throw withEarlierFailures(task, resultLost(task, e.toString(), e), loader);
    }
  }

  /** Adds how the attempts before have failed to the failure that is told, as suppressed ones. */
  public <T extends Throwable> T withEarlierFailures(
      PendingTask task, T failure, ClassLoader loader) {
    for (Answer earlier : task.earlierFailures()) {
      Throwable before = failureOf(task, earlier, loader);
      if (before != failure) {
        failure.addSuppressed(before);
      }
    }
    return failure;
  }

  /** Returns until when the caller waits for what it asked for, and a little longer. */
  private static long untilNanos(PendingTask task) {
    long least = System.nanoTime() + FailureMessages.LEAST_PATIENCE_NANOS;
    long deadline = task.deadlineNanos();
    return deadline - least > 0 ? deadline : least;
  }

  private Throwable failureOf(PendingTask task, Answer answer, ClassLoader loader) {
    return answer instanceof Answer.TaskFailed failed
        ? readFailure(task, failed, loader)
        : ((Answer.Failure) answer).exception();
  }

  private static ResultLostException resultLost(
      PendingTask task, @Nullable String why, Throwable cause) {
    return new ResultLostException(
        task.describe()
            + " was committed, but its result cannot be read: "
            + WorkerText.lines(String.valueOf(why))
            + "; read it from the database, do not run the task again",
        Details.of(Outcome.COMMITTED).taskId(task.id()),
        cause);
  }

  private Throwable readFailure(PendingTask task, Answer.TaskFailed failed, ClassLoader loader) {
    try {
      Failure decoded = failures.in(loader).decode(failed.failure(), untilNanos(task));
      if (decoded instanceof Failure.Foreign foreign) {
        return FailureMessages.remote(foreign, detailsOf(task, failed));
      }
      Throwable own = ((Failure.Rebuilt) decoded).throwable();
      FailureCodec.appendCallerStack(own, failed.worker());
      return failed.outcome() == Outcome.UNKNOWN ? partial(task, own) : own;
    } catch (Throwable e) {
      // An exception's own methods ran, and what they throw must not hide what became of the task.
      return FailureMessages.remote(
          new Failure.Foreign("an unreadable exception", messageOf(e), ""),
          detailsOf(task, failed));
    }
  }

  private static Details detailsOf(PendingTask task, Answer.TaskFailed failed) {
    return Details.of(failed.outcome()).taskId(task.id());
  }

  private static String messageOf(Throwable unreadable) {
    return unreadable instanceof NotDecodableException
        ? String.valueOf(unreadable.getMessage())
        : unreadable.getClass().getName();
  }

  /** Adds that part of a task may be committed; an exception that takes no addition is replaced. */
  private static Throwable partial(PendingTask task, Throwable own) {
    Details details = Details.of(Outcome.UNKNOWN).taskId(task.id());
    own.addSuppressed(
        new PartialCommitException(
            task.describe()
                + " failed after a statement that may have committed by itself; look in the"
                + " database before you do it again",
            details));
    if (own.getSuppressed().length > 0) {
      return own;
    }
    StringWriter stack = new StringWriter();
    own.printStackTrace(new PrintWriter(stack));
    return FailureMessages.remote(
        new Failure.Foreign(own.getClass().getName(), own.getMessage(), stack.toString()), details);
  }
}
