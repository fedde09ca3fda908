package io.cofferdam.internal.dispatch;

import io.cofferdam.Outcome;
import io.cofferdam.TransactionException;
import java.util.function.Supplier;

/** The one answer of a task. It is decoded by whoever waits for it, never by a link thread. */
public sealed interface Answer {

  /** Returns what became of the transaction. */
  Outcome outcome();

  /**
   * The transaction is committed.
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
   * The task failed by an exception of its own.
   *
   * @param outcome ROLLED_BACK, or UNKNOWN after a statement that may have committed by itself
   * @param failure the encoded exception
   * @param worker the name of the worker that ran the task
   */
  record TaskFailed(Outcome outcome, byte[] failure, String worker) implements Answer {}

  /**
   * The executor has something to report.
   *
   * @param exception makes the exception, once, in the caller's thread or a callback thread
   */
  record Reported(Outcome outcome, Supplier<? extends TransactionException> exception)
      implements Answer {}
}
