package io.cofferdam.internal.worker.run;

import io.cofferdam.RetryPolicy.Cause;
import io.cofferdam.internal.wire.FrameType;
import io.cofferdam.internal.wire.NotCommitted.Reason;
import io.cofferdam.internal.worker.failpoint.Failpoint;
import io.cofferdam.internal.worker.failpoint.Failpoints;
import io.cofferdam.internal.worker.guard.SessionEffects;
import io.cofferdam.internal.worker.guard.TaskGate;
import io.cofferdam.internal.worker.session.LostSession;
import io.cofferdam.internal.worker.session.Session;
import io.cofferdam.internal.worker.session.TaskTransaction;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a task ends whose transaction is rolled back: the gate is closed, the answer recorded, the
 * transaction rolled back, and the answer made anew if that has shown more.
 */
final class TaskRollback {

  /** How long a task's end waits for calls that are still inside its connection. */
  static final Duration LEAKED_CALL_PATIENCE = Duration.ofSeconds(1);

  private static final String LEAKED_CALL =
      "a thread that the task left behind is still inside a call on its connection, so the"
          + " transaction was not committed; wait for your threads before the task returns";

  private final Session session;
  private final TaskAnswers answers;
  private final SessionEffects effects;
  private final TaskGate gate;
  private final TaskTransaction transaction;
  private boolean lostMayKeepRows;

  TaskRollback(Session session, RunningTask task) {
    this.session = session;
    answers = task.answers();
    effects = task.effects();
    gate = task.gate();
    transaction = task.transaction();
  }

  /** Ends a task that has failed by its own exception, unless it was cancelled. */
  TaskEnd after(Throwable failure) {
    if (!gate.close(LEAKED_CALL_PATIENCE)) {
      return occupied(failure);
    }
    String retire = failure instanceof VirtualMachineError ? "a task failed with " + failure : null;
    if (gate.cancelled()) {
      return rollBack(Reason.CANCELLED, failure, retire);
    }
    byte[] encoded = answers.encoded(failure);
    return rollBack(
        FrameType.TASK_FAILED,
        failure,
        retryCause -> answers.taskFailed(retryCause, encoded),
        retire);
  }

  /** Ends a task that is not to be committed for a reason that is not its own exception. */
  TaskEnd because(Reason reason, @Nullable Throwable failure) {
    if (!gate.close(LEAKED_CALL_PATIENCE)) {
      return occupied(failure);
    }
    return rollBack(reason, failure, null);
  }

  /** Ends a task that has asked for a rollback itself. It is never tried again for that. */
  TaskEnd asAsked(SQLException call) {
    return rollBack(
        FrameType.NOT_COMMITTED,
        call,
        never -> answers.notCommittedAsFound(Reason.ROLLBACK_ONLY, null, call),
        null);
  }

  /**
   * Gives the connection up to the thread that is inside a call on it. What it executes holds the
   * locks of the transaction, and rolling back would wait for it: the session is ended from
   * outside.
   */
  TaskEnd occupied(@Nullable Throwable failure) {
    return answers.occupied(failure, LEAKED_CALL);
  }

  private TaskEnd rollBack(Reason reason, @Nullable Throwable failure, @Nullable String retire) {
    return rollBack(
        FrameType.NOT_COMMITTED,
        failure,
        retryCause -> answers.notCommittedAsFound(reason, retryCause, failure),
        retire);
  }

  /**
   * Rolls back and answers. The answer is recorded first, because nothing can be committed any
   * more: so it counts even if the worker dies meanwhile. If the rollback shows that a part may be
   * committed, or that none is, the answer is made anew.
   */
  private TaskEnd rollBack(
      FrameType type,
      @Nullable Throwable failure,
      Function<@Nullable Cause, byte[]> answer,
      @Nullable String retire) {
    Cause retryCause = answers.retryCause(failure, false);
    boolean inPart = effects.mayBeCommitted();
    byte[] content = answer.apply(retryCause);
    answers.record(type, content);
    Failpoints.pass(Failpoint.ROLLING_BACK);
    boolean alive = now();
    if (lostMayKeepRows) {
      transaction.lost();
    }
    if ((alive || retryCause != null)
        && !answers.sessionMayBeAlive()
        && inPart == effects.mayBeCommitted()) {
      return answers.end(type, content, retire);
    }
    return answers.endUncommitted(type, answer.apply(answers.retryCause(failure, !alive)), retire);
  }

  /**
   * Rolls back; returns false if the connection was dead and the database has to do it. It is made
   * to: that a connection is closed does not end what the server executes for it.
   */
  boolean now() {
    boolean alive = session.isConnected();
    try {
      if (alive) {
        effects.endCopy();
        if (transaction.hasBegun() || !session.connection().getAutoCommit()) {
          transaction.rollBack();
        }
      }
    } catch (SQLException e) {
      System.err.println("rolling back failed, so the session is ended instead: " + e);
      session.close();
      alive = false;
    }
    if (alive) {
      answers.sessionMayBeAlive(false);
    } else {
      LostSession lost = session.endLost();
      answers.sessionMayBeAlive(!lost.gone());
      lostMayKeepRows = lost.mayKeepRows();
    }
    return alive;
  }
}
