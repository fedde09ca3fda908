package io.cofferdam.internal.settle;

import io.cofferdam.internal.state.TransactionState;
import io.cofferdam.internal.task.Answer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is known about a task from the flight recorder of its dead worker.
 *
 * @param when whether the caller can be told at once
 * @param answer what to tell once the database has been asked, or after nothing more can be found
 *     out
 * @param committing whether commit had been called, so that the session is best left to end by
 *     itself
 * @param note what the worker noted about the transaction; empty if nothing
 */
public record Finding(When when, Function<Found, Answer> answer, boolean committing, byte[] note) {

  /** When the caller may be told. */
  public enum When {
    /** The task never started: it is dispatched again instead. */
    NEVER,
    /** Nothing more can be found out. */
    AT_ONCE,
    /** The outcome is known, but the session may still hold locks. */
    WHEN_THE_SESSION_IS_GONE,
    /** Commit was not called, but something may be left: the database has to be asked. */
    WHEN_THE_ROLLBACK_IS_CHECKED,
    /** Commit was called: the database has to be asked. */
    WHEN_THE_COMMIT_IS_SETTLED
  }

  /**
   * What the database has said.
   *
   * @param result the encoded result that the ledger has, or null
   */
  record Found(TransactionState commit, byte @Nullable [] result) {

    static final Found NOTHING = new Found(TransactionState.UNKNOWN, null);
  }

  private static final byte[] NO_NOTE = {};

  static Finding dispatchAgain() {
    return new Finding(
        When.NEVER,
        found -> {
          throw new IllegalStateException("a task that never started is dispatched again");
        },
        false,
        NO_NOTE);
  }

  static Finding of(When when, Answer answer) {
    return new Finding(when, found -> answer, false, NO_NOTE);
  }

  /**
   * What was never committed, but may have left something behind.
   *
   * @param inPart makes the answer that holds unless the database says that nothing is left
   */
  static Finding unchecked(Answer rolledBack, Supplier<Answer> inPart) {
    return new Finding(
        When.WHEN_THE_ROLLBACK_IS_CHECKED,
        found -> found.commit() == TransactionState.ROLLED_BACK ? rolledBack : inPart.get(),
        false,
        NO_NOTE);
  }

  /** What only the database can tell. */
  static Finding inDoubt(boolean committing, byte[] note, Function<Found, Answer> answer) {
    return new Finding(When.WHEN_THE_COMMIT_IS_SETTLED, answer, committing, note);
  }

  /** What is in doubt, and cannot be found out. */
  static Finding unknown(boolean committing, Answer answer) {
    return new Finding(When.AT_ONCE, found -> answer, committing, NO_NOTE);
  }

  /** Returns whether the database has to be asked for the outcome. */
  boolean asks() {
    return when == When.WHEN_THE_ROLLBACK_IS_CHECKED || when == When.WHEN_THE_COMMIT_IS_SETTLED;
  }

  /** Returns the answer that holds if nothing else is found out. */
  public Answer provisional() {
    return answer.apply(Found.NOTHING);
  }
}
