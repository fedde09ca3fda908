package io.cofferdam.internal.task;

import io.cofferdam.Outcome;
import io.cofferdam.RetryPolicy.Cause;
import io.cofferdam.TransactionException;
import io.cofferdam.TransactionException.Details;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How an attempt at a task ended: the one answer of the task, unless it is tried again. It is
 * decoded by the thread that waits for it, never by a link thread.
 */
public sealed interface Answer {

  /** Returns what became of the transaction. */
  Outcome outcome();

  /** Returns why another attempt may succeed, or null. What the outcome says is another matter. */
  default @Nullable Cause retryCause() {
    return null;
  }

  /**
   * Returns the same answer, with what is still to come after the death of a worker. While the
   * session may be alive, there is no other attempt: it would wait for the locks of the one before.
   *
   * @param resolution completes with the final outcome
   * @param sessionMayBeAlive whether the transaction's session may still hold its locks
   */
  default Answer following(CompletionStage<Outcome> resolution, boolean sessionMayBeAlive) {
    return this;
  }

  /**
   * The transaction of this task is committed.
   *
   * @param result the encoded result
   */
  record Committed(byte[] result) implements Answer {
    @Override
    public Outcome outcome() {
      return Outcome.COMMITTED;
    }
  }

  /**
   * The task did not run, as the transaction of an earlier one with its idempotency key is
   * committed.
   *
   * @param result the encoded result of the earlier task
   */
  record Stored(byte[] result) implements Answer {
    @Override
    public Outcome outcome() {
      return Outcome.COMMITTED;
    }
  }

  /**
   * The task failed by an exception of its own.
   *
   * @param outcome ROLLED_BACK, or UNKNOWN after a statement that may have committed by itself
   * @param retryCause why another attempt may succeed, or null
   * @param failure the encoded exception
   * @param worker the name of the worker that ran the task
   */
  record TaskFailed(Outcome outcome, @Nullable Cause retryCause, byte[] failure, String worker)
      implements Answer {

    @Override
    public Answer following(CompletionStage<Outcome> resolution, boolean sessionMayBeAlive) {
      return sessionMayBeAlive ? new TaskFailed(outcome, null, failure, worker) : this;
    }
  }

  /**
   * The executor has something to report.
   *
   * @param details what the report says about the transaction
   * @param retryCause why another attempt may succeed, or null
   * @param making makes the exception, in the caller's thread or a callback thread
   */
  record Failure(
      Details details,
      @Nullable Cause retryCause,
      Function<Details, ? extends TransactionException> making)
      implements Answer {

    /** Makes the report of what does not get better by another attempt. */
    public Failure(Details details, Function<Details, ? extends TransactionException> making) {
      this(details, null, making);
    }

    @Override
    public Outcome outcome() {
      return details.outcome();
    }

    /** Makes the exception: a new one for each caller. */
    public TransactionException exception() {
      return making.apply(details);
    }

    @Override
    public Failure following(CompletionStage<Outcome> resolution, boolean sessionMayBeAlive) {
      return new Failure(
          details.resolution(resolution).sessionMayBeAlive(sessionMayBeAlive),
          sessionMayBeAlive ? null : retryCause,
          making);
    }
  }
}
