package io.cofferdam.internal.worker.outcome;

import io.cofferdam.internal.dialect.CommitText;
import io.cofferdam.internal.dialect.TransactionStatus;
import io.cofferdam.internal.dialect.Transactions;
import io.cofferdam.internal.wire.TaskRequest;
import io.cofferdam.internal.worker.guard.SessionEffects;
import io.cofferdam.internal.worker.session.Session;
import io.cofferdam.internal.worker.session.TaskTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The work of a task that has returned: its transaction is to be committed, and nothing else is
 * executed in it.
 */
public final class FinishedWork {

  final Session session;
  final TaskRequest request;
  final SessionEffects effects;
  final TaskTransaction transaction;
  final Connection connection;
  final Transactions transactions;

  /** What may stand in one text with the commit, or null if it goes alone. */
  final @Nullable CommitText commitText;

  public FinishedWork(
      Session session, TaskRequest request, SessionEffects effects, TaskTransaction transaction) {
    this.session = session;
    this.request = request;
    this.effects = effects;
    this.transaction = transaction;
    connection = session.connection();
    transactions = session.transactions();
    commitText = session.commitText();
  }

  /**
   * Returns whether nothing was executed, which alone shows that nothing was written. A method of
   * the driver may have executed something by itself, and begun the transaction. What was executed
   * may have sent a notification, which no read-only mode refuses: a function may have been called
   * by a query, by a view or by a policy of a table.
   */
  boolean executedNothing() throws SQLException {
    return !effects.executed()
        && !effects.replacesConnection()
        && transactions.status(connection) != TransactionStatus.OPEN;
  }

  /**
   * Returns whether a row would fail in the transaction, because the database takes it for
   * read-only, or may.
   */
  boolean refusesRows() throws SQLException {
    if (request.readOnly() && commitText == null) {
      return true;
    }
    boolean mayHaveChanged = request.readOnly() || effects.dirtiesSession();
    return session.dialect().readOnlyMode().refusesWrites(connection, mayHaveChanged);
  }

  /** Returns what leaves the session clean for the next task in the text of the commit, if any. */
  String cleaning() {
    boolean isCleanedByText =
        commitText != null
            && !session.id().isEmpty()
            && !session.isStrict()
            && !effects.dirtiesSession()
            && !effects.replacesConnection();
    return isCleanedByText ? session.cleaningText() : "";
  }
}
