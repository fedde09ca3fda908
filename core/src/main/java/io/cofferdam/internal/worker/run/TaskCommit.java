package io.cofferdam.internal.worker.run;

import io.cofferdam.internal.recorder.FlightRecorder;
import io.cofferdam.internal.wire.NotCommitted.Reason;
import io.cofferdam.internal.worker.failpoint.Failpoint;
import io.cofferdam.internal.worker.failpoint.Failpoints;
import io.cofferdam.internal.worker.guard.SessionEffects;
import io.cofferdam.internal.worker.outcome.Commit;
import io.cofferdam.internal.worker.outcome.FinishedWork;
import java.sql.SQLException;

/**
 * The end of a task that has returned: close the gate, decide how to commit, record COMMITTING,
 * commit, record COMMITTED. Whatever fails before COMMITTING rolls back; a commit whose answer is
 * not known ends the process, and the supervisor settles it.
 */
final class TaskCommit {

  private static final String OPEN_COPY =
      "the task returned while a COPY was still open, so the transaction was not committed: end it"
          + " with endCopy(), or close its stream, or read it to its end, before the task returns";

  private final WorkerParts parts;
  private final RunningTask task;
  private final SessionEffects effects;
  private final TaskRollback rollback;

  TaskCommit(WorkerParts parts, RunningTask task, TaskRollback rollback) {
    this.parts = parts;
    this.task = task;
    effects = task.effects();
    this.rollback = rollback;
  }

  /** Commits, unless something speaks against it. */
  TaskEnd commit(byte[] result) {
    // A cancel and this close are decided by one atomic word: if the cancel came first, it is seen
    // below, and if it comes later, it finds the gate closed and interrupts nothing of the commit.
    if (!task.gate().close(TaskRollback.LEAKED_CALL_PATIENCE)) {
      return rollback.occupied(null);
    }
    if (task.gate().cancelled()) {
      return rollback.because(Reason.CANCELLED, null);
    }
    SQLException rollbackCall = effects.rollbackCall();
    if (rollbackCall != null) {
      return rollback.asAsked(rollbackCall);
    }
    if (effects.isCopying()) {
      return rollback.because(Reason.COMMIT_REFUSED, new SQLException(OPEN_COPY, "25000"));
    }
    Commit commit;
    byte[] note;
    try {
      task.transaction().beforeCommit();
      commit =
          Commit.of(
              new FinishedWork(parts.session(), task.request(), effects, task.transaction()),
              parts.tracker());
      note = commit.prepare(result);
    } catch (SQLException e) {
      return rollback.because(Reason.COMMIT_REFUSED, e);
    }
    return send(commit, note, result);
  }

  private TaskEnd send(Commit commit, byte[] note, byte[] result) {
    FlightRecorder recorder = parts.recorder();
    recorder.committing(note, result);
    Failpoints.pass(Failpoint.BEFORE_COMMIT);
    try {
      Failpoints.pass(Failpoint.COMMIT_SENT);
      commit.send(result);
    } catch (SQLException e) {
      switch (commit.stateAfter(e)) {
        case COMMITTED -> {
          System.err.println("the session could not be cleaned and is replaced: " + e);
          effects.replaceConnection();
        }
        case ROLLED_BACK -> {
          return rollback.because(Reason.COMMIT_REFUSED, e);
        }
        case ROLLED_BACK_IN_PART, OPEN, UNKNOWN -> task.answers().inDoubt(e);
      }
    } catch (Throwable e) {
      task.answers().inDoubt(e);
    }
    Failpoints.pass(Failpoint.COMMIT_ANSWERED);
    recorder.committed();
    return task.answers().committed(result);
  }
}
