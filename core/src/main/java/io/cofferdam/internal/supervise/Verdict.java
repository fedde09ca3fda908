package io.cofferdam.internal.supervise;

import io.cofferdam.internal.dispatch.Answer;
import io.cofferdam.internal.wire.SettleReport.Commit;
import java.util.function.Function;

/**
 * What is known about a task from the flight recorder of its dead worker.
 *
 * @param when whether the caller can be told at once
 * @param answer what to tell once a commit in doubt is settled, or after nothing more can be found
 *     out; a commit that was never in doubt counts as ROLLED_BACK
 * @param committing whether commit had been called, so that the session is best left to end by
 *     itself
 * @param transaction what the worker noted about the transaction; empty if nothing
 */
record Verdict(When when, Function<Commit, Answer> answer, boolean committing, byte[] transaction) {

  /** When the caller may be told. */
  enum When {
    /** The task never started: it is dispatched again instead. */
    NEVER,
    /** Nothing more can be found out. */
    AT_ONCE,
    /** The outcome is known, but the session may still hold locks. */
    WHEN_THE_SESSION_IS_GONE,
    /** Commit was called: the database has to be asked. */
    WHEN_THE_COMMIT_IS_SETTLED
  }

  private static final byte[] NO_TRANSACTION = {};

  static Verdict dispatchAgain() {
    return new Verdict(
        When.NEVER,
        commit -> {
          throw new IllegalStateException("a task that never started is dispatched again");
        },
        false,
        NO_TRANSACTION);
  }

  static Verdict of(When when, Answer answer) {
    return new Verdict(when, commit -> answer, false, NO_TRANSACTION);
  }

  /** A commit in doubt; without a note about the transaction nobody can find it out. */
  static Verdict inDoubt(Function<Commit, Answer> answer, byte[] transaction) {
    When when = transaction.length == 0 ? When.AT_ONCE : When.WHEN_THE_COMMIT_IS_SETTLED;
    return new Verdict(when, answer, true, transaction);
  }

  /** Returns the answer that holds if nothing else is found out. */
  Answer provisional() {
    return answer.apply(Commit.UNKNOWN);
  }
}
