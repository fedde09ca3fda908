package io.cofferdam.internal.worker.outcome;

import io.cofferdam.internal.dialect.CommitText;
import io.cofferdam.internal.dialect.Dialect;
import io.cofferdam.internal.dialect.TransactionStatus;
import io.cofferdam.internal.state.TransactionState;
import io.cofferdam.internal.wire.CommitNote;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The commit of one transaction, by the plan that was made for it. Used by the task thread alone.
 */
public final class Commit {

  private static final byte[] NO_NOTE = {};
  private static final CommitPlan OF_NOTHING = new CommitPlan.Alone(null, "");

  private final FinishedWork work;
  private final CommitPlan plan;
  private final byte[] note;
  private long sentNanos;

  private Commit(FinishedWork work, CommitPlan plan, @Nullable CommitNote note) {
    this.work = work;
    this.plan = plan;
    this.note = note == null ? NO_NOTE : note.encode();
  }

  /**
   * Returns the commit of a transaction in which nothing was executed: nothing comes before it.
   *
   * @param note what settlement will need, by {@link Tracker#noteOfNothing}
   */
  public static Commit ofNothing(FinishedWork work, @Nullable CommitNote note) {
    return new Commit(work, OF_NOTHING, note);
  }

  /**
   * Decides how a transaction in which something was executed is to be committed, and does what has
   * to come before the commit and cannot go together with it.
   *
   * @param result the encoded result of the task
   * @throws SQLException if the database refuses it or refuses to tell, or the transaction has been
   *     ended before
   */
  public static Commit prepare(FinishedWork work, Tracker tracker, byte[] result)
      throws SQLException {
    Trace trace = tracker.trace(work);
    String check = trace.needsCheck() ? work.transaction.openCheck() : "";
    CommitPlan plan = CommitPlan.decide(trace, check, work.commitText, work.cleaning());
    return new Commit(work, plan, plan.prepare(work, result));
  }

  /** Returns what settlement will need, to be recorded; empty if nothing could help it. */
  public byte[] note() {
    return note;
  }

  /** Commits. */
  public void send(byte[] result) throws SQLException {
    sentNanos = System.nanoTime();
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
      work.transaction.commitSent();
      work.transaction.checkFailed(failure);
      if (work.session.transactions().status(work.connection) == TransactionStatus.FAILED) {
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
      work.execute(text.ownSettings());
    }
    return plan.stateOf(connection, System.nanoTime() - sentNanos);
  }
}
