package io.cofferdam.internal.worker;

import io.cofferdam.internal.dialect.Dialect;
import io.cofferdam.internal.dialect.TransactionEndedException;
import io.cofferdam.internal.dialect.TransactionState;
import io.cofferdam.internal.wire.TaskRequest;
import io.cofferdam.internal.wire.TransactionMark;
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
  private final String transactionId;
  private final boolean cleans;
  private long sentNanos;

  /**
   * Decides how a transaction is to be committed.
   *
   * @param notesTransactionId whether to ask the database for its id
   * @throws SQLException if the database refuses to tell about it
   */
  Commit(Session session, TaskRequest request, SessionEffects effects, boolean notesTransactionId)
      throws SQLException {
    this.session = session;
    this.request = request;
    dialect = session.dialect();
    connection = session.connection();
    isTracked = notesTransactionId || session.ledger() != null;
    wroteNothing = wroteNothing(effects);
    ledger = wroteNothing ? null : ledgerForRow();
    rowIfWritten = ledger != null && session.commitsInText() && !effects.wrote();
    transactionId = notesTransactionId && !wroteNothing ? dialect.transactionId(connection) : "";
    boolean leavesTrace = (ledger != null && !rowIfWritten) || !transactionId.isEmpty();
    cleans =
        leavesTrace
            && session.commitsInText()
            && !session.id().isEmpty()
            && !session.isStrict()
            && !effects.dirtiesSession()
            && !effects.replacesConnection();
  }

  /** Tells whether the transaction is known to have written nothing, if that matters. */
  private boolean wroteNothing(SessionEffects effects) throws SQLException {
    if (!effects.executed() && !effects.replacesConnection()) {
      return true;
    }
    return request.readOnly() && isTracked && dialect.keptReadOnly(connection);
  }

  /**
   * Returns the ledger if the transaction is to leave a row there. A transaction that the database
   * may take for read-only would fail by that.
   */
  private @Nullable Ledger ledgerForRow() {
    Ledger all = session.ledger();
    return all == null || (request.readOnly() && !session.commitsInText()) ? null : all;
  }

  /** Returns what settlement will need. */
  byte[] mark() {
    return isTracked
        ? new TransactionMark(transactionId, wroteNothing, ledger == null || rowIfWritten).encode()
        : NOTHING;
  }

  /** Writes what the transaction has to say in the ledger and cannot say with the commit. */
  void prepare(byte[] result) throws SQLException {
    if (ledger == null) {
      return;
    }
    if (!request.key().isEmpty()) {
      ledger.complete(connection, request.key(), result);
    }
    if (!session.commitsInText()) {
      ledger.write(connection, request.ledgerId(), result);
    }
  }

  /** Commits. */
  void send(byte[] result) throws SQLException {
    sentNanos = System.nanoTime();
    String cleaning = cleans ? "; " + dialect.cleaning() : "";
    if (ledger != null && session.commitsInText()) {
      ledger.commit(connection, request.ledgerId(), result, rowIfWritten, cleaning);
    } else if (cleans) {
      try (PreparedStatement commit = connection.prepareStatement("COMMIT" + cleaning)) {
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
   * if that is proven. If it is committed, only the cleaning has failed.
   */
  TransactionState stateAfter(SQLException failure) {
    if (!cleans) {
      return dialect.provesRollback(failure)
          ? TransactionState.ROLLED_BACK
          : TransactionState.FORGOTTEN;
    }
    try {
      return ask();
    } catch (TransactionEndedException stillOpen) {
      return TransactionState.ROLLED_BACK;
    } catch (SQLException e) {
      failure.addSuppressed(e);
      return TransactionState.FORGOTTEN;
    }
  }

  /**
   * Finds out what has failed: the row, which leaves the transaction open and fit for nothing but a
   * rollback; or the commit or the cleaning, which only the database can tell. A cleaning that has
   * failed leaves what the task has set, which must not take part in the answer.
   *
   * @throws TransactionEndedException if the transaction is still open
   */
  private TransactionState ask() throws SQLException {
    dialect.beforeCommit(connection, false);
    connection.rollback();
    connection.setAutoCommit(true);
    try (Statement statement = connection.createStatement()) {
      statement.execute(dialect.ownSettings());
    }
    return ledger == null
        ? dialect.stateOf(connection, session.id(), transactionId)
        : ledger.stateOf(connection, request.ledgerId(), System.nanoTime() - sentNanos);
  }
}
