package io.cofferdam.internal.worker;

import io.cofferdam.internal.dialect.CommitText;
import io.cofferdam.internal.dialect.Dialect;
import io.cofferdam.internal.dialect.TransactionIds;
import io.cofferdam.internal.dialect.TransactionStatus;
import io.cofferdam.internal.state.TransactionState;
import io.cofferdam.internal.wire.CommitNote;
import io.cofferdam.internal.wire.TaskRequest;
import io.cofferdam.internal.worker.guard.SessionEffects;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * The commit of one transaction: what settlement will need to find out what became of it, the row
 * that it leaves in the ledger, and what is sent. Used by the task thread alone.
 *
 * <p>After plain queries and changes of rows the session is cleaned in the round trip of the
 * commit, if this session can tell afterwards whether the transaction is committed: not behind a
 * pooler. It pays for the round trip that asks for the transaction's id.
 */
final class Commit {

  private static final byte[] NOTHING = {};

  private final Session session;
  private final Dialect dialect;
  private final Connection connection;
  private final TaskRequest request;
  private final boolean isTracked;
  private final boolean wroteNothing;
  private final @Nullable Ledger ledger;
  private final boolean rowIfWritten;
  private final boolean mayBeHidden;
  private final String transactionId;
  private final String check;
  private final boolean cleans;
  private final @Nullable CommitText text;
  private final TaskTransaction transaction;
  private boolean lacksRow;
  private long sentNanos;

  /**
   * Decides how a transaction is to be committed.
   *
   * @param notesTransactionId whether to ask the database for its id
   * @throws SQLException if the database refuses to tell about it, or it has been ended before
   */
  Commit(
      Session session,
      TaskRequest request,
      SessionEffects effects,
      TaskTransaction transaction,
      boolean notesTransactionId)
      throws SQLException {
    this.session = session;
    this.request = request;
    this.transaction = transaction;
    dialect = session.dialect();
    connection = session.connection();
    text = session.commitText();
    isTracked = notesTransactionId || session.ledger() != null;
    wroteNothing = executedNothing(effects);
    ledger = wroteNothing ? null : ledgerForRow(effects);
    lacksRow = ledger == null;
    mayBeHidden = effects.dirtiesSession();
    rowIfWritten = ledger != null && text != null && !effects.wrote();
    boolean asksForId = notesTransactionId && !wroteNothing;
    transactionId = asksForId ? transactionId() : "";
    check = asksForId || wroteNothing ? "" : transaction.openCheck();
    boolean leavesTrace = (ledger != null && !rowIfWritten) || !transactionId.isEmpty();
    cleans =
        leavesTrace
            && text != null
            && !session.id().isEmpty()
            && !session.isStrict()
            && !effects.dirtiesSession()
            && !effects.replacesConnection();
  }

  /**
   * A method of the driver may have executed something by itself, and begun the transaction. What
   * was executed may have sent a notification, which no read-only mode refuses: a function may have
   * been called by a query, by a view or by a policy of a table.
   */
  private boolean executedNothing(SessionEffects effects) throws SQLException {
    return !effects.executed()
        && !effects.replacesConnection()
        && dialect.transactions().status(connection) != TransactionStatus.OPEN;
  }

  /** Returns the id of the transaction; one that the driver has begun by itself is marked first. */
  private String transactionId() throws SQLException {
    transaction.begin();
    TransactionIds ids = dialect.transactionIds();
    return ids == null ? "" : ids.current(connection);
  }

  /**
   * Returns the ledger if the transaction is to leave a row there. A transaction that the database
   * takes for read-only, or may, would fail by that.
   */
  private @Nullable Ledger ledgerForRow(SessionEffects effects) throws SQLException {
    Ledger all = session.ledger();
    if (all == null || (request.readOnly() && text == null)) {
      return null;
    }
    boolean mayHaveChanged = request.readOnly() || effects.dirtiesSession();
    return dialect.readOnlyMode().refusesWrites(connection, mayHaveChanged) ? null : all;
  }

  /** Returns what settlement will need. */
  byte[] note() {
    if (!isTracked) {
      return NOTHING;
    }
    if (wroteNothing) {
      return new CommitNote.WroteNothing().encode();
    }
    return session.ledger() == null
        ? new CommitNote.TransactionId(transactionId).encode()
        : new CommitNote.LedgerRow(!lacksRow && !rowIfWritten).encode();
  }

  /** Does what has to come before the commit and cannot go together with it. */
  void prepare(byte[] result) throws SQLException {
    if (!check.isEmpty() && text == null) {
      try {
        execute(check);
      } catch (SQLException e) {
        transaction.checkFailed(e);
        throw e;
      }
    }
    if (ledger == null) {
      return;
    }
    if (mayBeHidden) {
      ledger.uncover(connection);
    }
    if (!request.key().isEmpty()) {
      ledger.complete(connection, request.key(), result);
    }
    if (text == null) {
      writeRow(ledger, result);
    }
  }

  /** Writes the row; a transaction that the task has made read-only goes without. */
  private void writeRow(Ledger rows, byte[] result) throws SQLException {
    try {
      rows.write(connection, request.ledgerId(), result);
    } catch (SQLException e) {
      if (!dialect.failures().refusesWrite(e)) {
        throw e;
      }
      lacksRow = true;
    }
  }

  /** Commits. */
  void send(byte[] result) throws SQLException {
    sentNanos = System.nanoTime();
    transaction.committing();
    String before = check.isEmpty() || text == null ? "" : check + "; ";
    String cleaning = cleans && text != null ? "; " + text.cleaning() : "";
    if (ledger != null && text != null) {
      Ledger.Texts around = new Ledger.Texts(before, cleaning);
      String ifWritten = rowIfWritten ? text.hasWritten() : "";
      ledger.commit(connection, request.ledgerId(), result, ifWritten, around);
    } else if (cleans || !before.isEmpty()) {
      try (PreparedStatement commit = connection.prepareStatement(before + "COMMIT" + cleaning)) {
        commit.execute();
      }
    } else {
      connection.commit();
    }
    if (cleans) {
      session.cleaned();
    }
  }

  /**
   * Returns what became of the transaction when {@link #send} has failed: ROLLED_BACK or COMMITTED
   * if that is proven. If it is committed, only the cleaning has failed. If the transaction is
   * open, it is the check or the row that has failed, and the commit was not executed.
   */
  TransactionState stateAfter(SQLException failure) {
    try {
      transaction.checkFailed(failure);
      if (dialect.transactions().status(connection) == TransactionStatus.FAILED) {
        return TransactionState.ROLLED_BACK;
      }
      TransactionState state = cleans && text != null ? ask(text) : provenBy(failure);
      if (state == TransactionState.ROLLED_BACK) {
        transaction.commitFailed(failure);
      }
      return state;
    } catch (SQLException e) {
      failure.addSuppressed(e);
      return TransactionState.UNKNOWN;
    }
  }

  private TransactionState provenBy(SQLException failure) {
    return dialect.failures().provesRollback(failure)
        ? TransactionState.ROLLED_BACK
        : TransactionState.UNKNOWN;
  }

  /**
   * Asks the database whether it is the commit or the cleaning that has failed. A cleaning that has
   * failed leaves what the task has set, which must not take part in the answer.
   */
  private TransactionState ask(CommitText cleaned) throws SQLException {
    connection.rollback();
    connection.setAutoCommit(true);
    execute(cleaned.ownSettings());
    if (ledger != null) {
      return ledger.stateOf(connection, request.ledgerId(), System.nanoTime() - sentNanos);
    }
    TransactionIds ids = dialect.transactionIds();
    return ids == null
        ? TransactionState.UNKNOWN
        : ids.stateOf(connection, session.id(), transactionId);
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
