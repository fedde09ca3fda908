package io.cofferdam.internal.worker.outcome;

import io.cofferdam.internal.dialect.CommitText;
import io.cofferdam.internal.dialect.Dialect;
import io.cofferdam.internal.dialect.TransactionStatus;
import io.cofferdam.internal.state.TransactionState;
import io.cofferdam.internal.wire.CommitNote;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The commit of one transaction, by the plan that was made for it. Used by the task thread alone.
 */
public final class Commit {

  private static final byte[] NOTHING = {};

  private final FinishedWork work;
  private final CommitPlan plan;
  private long sentNanos;

  private Commit(FinishedWork work, CommitPlan plan) {
    this.work = work;
    this.plan = plan;
  }

  /**
   * Decides how a transaction is to be committed.
   *
   * @throws SQLException if the database refuses to tell about it, or it has been ended before
   */
  public static Commit of(FinishedWork work, Tracker tracker) throws SQLException {
    Trace trace = tracker.trace(work);
    String check = trace.needsCheck() ? work.transaction.openCheck() : "";
    CommitPlan plan = CommitPlan.decide(trace, check, work.commitText, work.cleaning());
    return new Commit(work, plan);
  }

  /**
   * Does what has to come before the commit and cannot go together with it.
   *
   * @return what settlement will need, to be recorded; empty if nothing could help it
   */
  public byte[] prepare(byte[] result) throws SQLException {
    check();
    CommitNote note = plan.prepare(work, result).note();
    return note == null ? NOTHING : note.encode();
  }

  private void check() throws SQLException {
    if (plan.checkBefore().isEmpty()) {
      return;
    }
    try {
      execute(plan.checkBefore());
    } catch (SQLException e) {
      work.transaction.checkFailed(e);
      throw e;
    }
  }

  /** Commits. */
  public void send(byte[] result) throws SQLException {
    sentNanos = System.nanoTime();
    work.transaction.committing();
    plan.commit(work.connection, result);
    if (plan.cleans()) {
      work.session.cleaned();
    }
  }

  /**
   * Returns what became of the transaction when {@link #send} has failed: ROLLED_BACK or COMMITTED
   * if that is proven. If it is committed, only the cleaning has failed. If the transaction is
   * open, it is the check or the row that has failed, and the commit was not executed.
   */
  public TransactionState stateAfter(SQLException failure) {
    Dialect dialect = work.session.dialect();
    try {
      work.transaction.checkFailed(failure);
      if (work.transactions.status(work.connection) == TransactionStatus.FAILED) {
        return TransactionState.ROLLED_BACK;
      }
      TransactionState state = plan.cleans() ? ask() : provenBy(failure, dialect);
      if (state == TransactionState.ROLLED_BACK) {
        work.transaction.commitFailed(failure);
      }
      return state;
    } catch (SQLException e) {
      failure.addSuppressed(e);
      return TransactionState.UNKNOWN;
    }
  }

  private static TransactionState provenBy(SQLException failure, Dialect dialect) {
    return dialect.failures().provesRollback(failure)
        ? TransactionState.ROLLED_BACK
        : TransactionState.UNKNOWN;
  }

  /**
   * Asks the database whether it is the commit or the cleaning that has failed. A cleaning that has
   * failed leaves what the task has set, which must not take part in the answer.
   */
  private TransactionState ask() throws SQLException {
    Connection connection = work.connection;
    connection.rollback();
    connection.setAutoCommit(true);
    CommitText text = work.commitText;
    if (text != null) {
      execute(text.ownSettings());
    }
    return plan.trace().stateOf(connection, System.nanoTime() - sentNanos);
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = work.connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
