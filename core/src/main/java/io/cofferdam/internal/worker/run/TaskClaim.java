package io.cofferdam.internal.worker.run;

import io.cofferdam.RetryPolicy.Cause;
import io.cofferdam.internal.sql.SqlVerdict;
import io.cofferdam.internal.wire.NotCommitted.Reason;
import io.cofferdam.internal.worker.outcome.Claim;
import io.cofferdam.internal.worker.outcome.LedgerKind;
import io.cofferdam.internal.worker.outcome.LedgerRow;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What a task with an idempotency key does before anything else: it claims the key, and does not
 * run if the key is committed already.
 */
final class TaskClaim {

  private final WorkerParts parts;
  private final RunningTask task;
  private final TaskRollback rollback;

  TaskClaim(WorkerParts parts, RunningTask task, TaskRollback rollback) {
    this.parts = parts;
    this.task = task;
    this.rollback = rollback;
  }

  /**
   * Claims the key as the transaction's first statement.
   *
   * @return how the task ends if it is not to run, else null
   */
  @Nullable TaskEnd take() {
    task.effects().executing(SqlVerdict.PLAIN);
    try {
      LedgerRow row =
          new Claim(
                  parts.tracker(), parts.session(), task.request(), task.gate(), task.transaction())
              .take();
      return row == null ? null : answerFrom(row);
    } catch (SQLException e) {
      return failed(e);
    }
  }

  private TaskEnd answerFrom(LedgerRow row) {
    task.gate().close(TaskRollback.LEAKED_CALL_PATIENCE);
    byte[] result = row.result();
    if (!row.fingerprint().equals(task.request().fingerprint())) {
      return task.answers().notCommitted(Reason.KEY_REUSED, null, null);
    }
    if (row.kind() != LedgerKind.COMMITTED || result == null) {
      return task.answers().notCommitted(Reason.KEY_SPENT, null, null);
    }
    return task.answers().stored(result);
  }

  /**
   * A claim that was lost with its connection took nothing along: the task has not started. What
   * the failure says does not tell, because a session may be ended in the middle of its work.
   */
  private TaskEnd failed(SQLException failure) {
    boolean connectionIsDead = !rollback.now() || !parts.session().answers();
    boolean isLost = task.answers().retryCause(failure, connectionIsDead) == Cause.CONNECTION_LOST;
    return isLost && !task.gate().cancelled()
        ? task.answers().notStarted()
        : rollback.after(failure);
  }
}
