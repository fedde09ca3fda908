package io.cofferdam.internal.worker.session;

import io.cofferdam.internal.dialect.Dialect;
import io.cofferdam.internal.dialect.IdleLimit;
import io.cofferdam.internal.dialect.RemovableMark;
import io.cofferdam.internal.dialect.Rollback;
import io.cofferdam.internal.dialect.TransactionEndedException;
import io.cofferdam.internal.dialect.TransactionStatus;
import io.cofferdam.internal.dialect.Transactions;
import io.cofferdam.internal.sql.SqlVerdict;
import io.cofferdam.internal.worker.guard.GuardedTransaction;
import io.cofferdam.internal.worker.guard.SessionEffects;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The transaction of one task as the server sees it. What the guard has judged harmless may have
 * ended it nevertheless; then it is refused to go on, and what became of it is unknown.
 *
 * <p>A transaction begins with a mark, which its end takes away. The mark is looked for before the
 * commit and at the rollback, and set again after a statement that takes it away. Where the driver
 * may begin with the first statement, the mark is set before the first one that might end the
 * transaction; until then the driver's own state tells. Used by the threads of the task until its
 * gate is closed, then by the task thread.
 */
public final class TaskTransaction implements GuardedTransaction {

  private static final String INVALID_STATE = "25000";

  private final Connection connection;
  private final Transactions server;
  private final Dialect dialect;
  private final IdleLimit idleLimit;
  private final boolean ownSession;
  private final SessionEffects effects;
  private final ReentrantLock committing = new ReentrantLock();

  /** The begin, if it was left to a statement. */
  private volatile @Nullable StatementBegin statementBegin;

  private volatile boolean begun;
  private volatile boolean marked;
  private boolean sent;
  private String beforeOpaque = "";

  /**
   * @param server the transactions of the session
   * @param idleLimit how long the session may wait for this transaction's next statement
   * @param ownSession whether the session is this connection's alone, and not lent by a pooler
   */
  public TaskTransaction(
      Connection connection,
      Transactions server,
      Dialect dialect,
      IdleLimit idleLimit,
      boolean ownSession,
      SessionEffects effects) {
    this.connection = connection;
    this.server = server;
    this.dialect = dialect;
    this.idleLimit = idleLimit;
    this.ownSession = ownSession;
    this.effects = effects;
  }

  @Override
  public void begin() throws SQLException {
    // Threads of the task may execute their first statements at the same time. One begins, and the
    // others wait: "begun" is set last, so that none gets past this before the mark is there.
    if (!begun) {
      synchronized (this) {
        if (!begun) {
          effects.beginning();
          server.begin(connection, idleLimit);
          marked = true;
          begun = true;
        }
      }
    }
  }

  @Override
  public void beginWithStatement() throws SQLException {
    if (!mayBeginWithStatement()) {
      begin();
    } else if (!hasBegun()) {
      // Threads may come here at the same time: one leaves the begin, or its answer could be lost.
      synchronized (this) {
        if (!hasBegun()) {
          effects.beginning();
          statementBegin = new StatementBegin(connection, server);
        }
      }
    }
  }

  @Override
  public boolean mayBeginWithStatement() {
    return ownSession && server.mayBeginWithStatement(idleLimit);
  }

  /** Notes that it was rolled back: what may follow is another one. */
  public void rolledBack() {
    begun = false;
    statementBegin = null;
    marked = false;
  }

  @Override
  public boolean hasBegun() {
    return begun || statementBegin != null;
  }

  /** Returns whether the server is known to have begun it. */
  private boolean isThere() {
    StatementBegin left = statementBegin;
    return begun || (left != null && left.isAnswered());
  }

  /** Returns whether the begin was left to a statement, and no answer to it is known. */
  private boolean isBeginPending() {
    return hasBegun() && !isThere();
  }

  @Override
  public boolean isMarked() {
    return begun;
  }

  /**
   * Returns whether it is there without a mark: it has begun with a statement, and none has
   * followed that could have ended it.
   */
  public boolean needsNoMark() {
    return !begun && isThere();
  }

  @Override
  public boolean isPastBegin() {
    StatementBegin left = statementBegin;
    return begun || left == null || left.isPast();
  }

  @Override
  public void noteFailure(Throwable failure) {
    if (!isBeginPending()) {
      return;
    }
    if (!(failure instanceof SQLException sql)) {
      effects.replaceConnection();
      return;
    }
    try {
      notice();
      if (isBeginPending() && server.isAnswer(sql)) {
        effects.endUnseen(new TransactionEndedException());
      }
    } catch (SQLException e) {
      effects.endUnseen(Unvouched.by(e));
    }
  }

  @Override
  public void failed(SQLException failure, boolean certain) {
    try {
      if (hasBegun() && dialect.incompleteRollback().keptRows(connection, failure)) {
        effects.endUnseen(Unvouched.keptRows());
      } else if (begun && certain && dialect.incompleteRollback().mayEndUnseen(connection)) {
        effects.endUnseen(Unvouched.functionBefore());
      }
    } catch (SQLException e) {
      e.addSuppressed(failure);
      effects.endUnseen(Unvouched.by(e));
    }
    if (certain) {
      effects.endTransaction(failure);
    } else {
      effects.mayHaveEndedTransaction();
    }
  }

  /**
   * Notes that its connection was lost, so that the database rolls it back and nothing tells what
   * that has not taken back. In this database something may not be.
   */
  public void lost() {
    if (hasBegun()) {
      effects.endUnseen(Unvouched.lostConnection());
    }
  }

  /**
   * {@inheritDoc} Statements that may commit by themselves come one at a time, since each is told
   * from the next by the mark.
   */
  @Override
  public void before(SqlVerdict verdict) throws SQLException {
    notice();
    SQLException end = effects.unseenEnd();
    if (end != null) {
      throw new SQLException(end.getMessage(), INVALID_STATE, end);
    }
    // Another thread may execute what takes the mark away, too. The lock is held from here to
    // "after", so that a mark that is gone by then was taken away by this statement.
    if (isExecutedAlone(verdict)) {
      committing.lock();
      try {
        if (begun && server.mayUnmark(verdict)) {
          remark();
        }
        beforeOpaque = verdict.opaque() && hasBegun() ? server.changesOf(connection) : "";
      } catch (SQLException | RuntimeException e) {
        committing.unlock();
        throw e;
      }
    }
    effects.executing(verdict);
  }

  @Override
  public void after(SqlVerdict verdict, boolean succeeded) {
    try {
      notice();
      if (succeeded && isBeginPending()) {
        effects.endUnseen(new TransactionEndedException());
      }
      if (begun && server.mayUnmark(verdict) && effects.anyEnd() == null) {
        markAfter(verdict, succeeded);
      }
    } catch (SQLException e) {
      effects.endUnseen(Unvouched.by(e));
    } finally {
      if (isExecutedAlone(verdict)) {
        committing.unlock();
      }
    }
  }

  private boolean isExecutedAlone(SqlVerdict verdict) {
    return verdict.mayCommit() || server.mayUnmark(verdict);
  }

  /** Returns whether what was executed out of sight has ended what had changed something before. */
  private boolean hasEndedWhatCameBefore(SqlVerdict verdict) throws SQLException {
    return verdict.opaque()
        && !beforeOpaque.isEmpty()
        && !server.changesOf(connection).equals(beforeOpaque);
  }

  private void markAfter(SqlVerdict verdict, boolean succeeded) throws SQLException {
    if (verdict.mayCommit()) {
      RemovableMark mark = server.removableMark();
      if (mark != null && mark.remove(connection)) {
        effects.provenWhole();
      } else if (hasEndedWhatCameBefore(verdict)) {
        noteEnd(new TransactionEndedException());
        return;
      } else {
        effects.committed();
      }
    }
    if (succeeded || verdict.mayCommit()) {
      server.mark(connection);
    }
  }

  /** Makes sure that what is about to be committed is whole. */
  private void remark() throws SQLException {
    RemovableMark mark = server.removableMark();
    if (effects.knownEnd() != null || mark == null) {
      return;
    }
    if (!mark.remove(connection)) {
      SQLException end = new TransactionEndedException();
      noteEnd(end);
      throw end;
    }
    effects.provenWhole();
    server.mark(connection);
  }

  /** Notes what the driver knows without asking. */
  private void notice() throws SQLException {
    StatementBegin left = statementBegin;
    if (!begun && left == null) {
      return;
    }
    if (server.status(connection) == TransactionStatus.NONE) {
      if (isThere()) {
        effects.endUnseen(new TransactionEndedException());
      }
    } else if (left != null) {
      left.answered();
    }
  }

  /**
   * Makes sure, just before the commit, that it can be committed, as far as that is not left to the
   * text of the commit.
   *
   * @return false if nothing was executed, which alone shows that nothing was written: what was
   *     executed may have sent a notification, which no read-only mode refuses
   * @throws SQLException if it cannot, or the database does not tell
   */
  public boolean beforeCommit() throws SQLException {
    notice();
    boolean isThere = isThere();
    SQLException end = effects.anyEnd();
    if (end != null) {
      throw end;
    }
    if (!isThere) {
      // A method of the driver may have executed something by itself, and begun the transaction.
      return effects.executed()
          || effects.replacesConnection()
          || server.status(connection) == TransactionStatus.OPEN;
    }
    try {
      server.beforeCommit(connection);
    } catch (TransactionEndedException e) {
      noteEnd(e);
      throw e;
    }
    if (server.removableMark() != null) {
      marked = false;
      effects.provenWhole();
    }
    return true;
  }

  /**
   * Returns a query for the text of the commit that fails unless the transaction can be committed;
   * empty if that is known by now.
   */
  public String openCheck() {
    return begun ? server.openCheck() : "";
  }

  /** Notes that {@link #openCheck} may have failed, by this failure of the text that it is in. */
  public void checkFailed(SQLException failure) throws SQLException {
    if (begun
        && dialect.failures().failsOpenCheck(failure)
        && server.status(connection) == TransactionStatus.FAILED) {
      noteEnd(new TransactionEndedException());
    }
  }

  /** Notes that the commit itself has failed, and rolled back what is here. */
  public void commitFailed(SQLException failure) throws SQLException {
    failed(failure, true);
    if (server.status(connection) != TransactionStatus.NONE) {
      return;
    }
    connection.setAutoCommit(true);
    if (dialect.incompleteRollback().mayCommitElsewhere(connection)) {
      effects.endUnseen(Unvouched.foreignServer());
    }
  }

  /** Notes that the commit was sent, and has failed: the transaction may be over. */
  public void commitSent() {
    sent = true;
  }

  /**
   * Rolls it back, and finds out whether anything of it is left.
   *
   * @throws SQLException if the connection is of no use any more: the database will roll it back
   */
  public void rollBack() throws SQLException {
    if (!isThere() || (sent && server.status(connection) == TransactionStatus.NONE)) {
      connection.rollback();
      return;
    }
    notice();
    Rollback found = server.rollBack(connection, marked, ownSession);
    rolledBack();
    switch (found) {
      case WHOLE -> effects.provenWhole();
      case NOT_KNOWN -> {}
      case INCOMPLETE -> effects.endUnseen(Unvouched.keptRows());
      case ENDED_BEFORE -> noteEnd(new TransactionEndedException());
    }
  }

  /** Notes that the mark is gone, which a failure that is known may explain. */
  private void noteEnd(SQLException end) {
    if (effects.knownEnd() != null) {
      return;
    }
    if (effects.mayHaveEnded()) {
      effects.endTransaction(end);
    } else {
      effects.endUnseen(end);
    }
  }
}
