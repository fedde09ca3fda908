package io.cofferdam.internal.worker.outcome;

import io.cofferdam.internal.dialect.CommitText;
import io.cofferdam.internal.wire.TaskRequest;
import io.cofferdam.internal.worker.guard.SessionEffects;
import io.cofferdam.internal.worker.session.Session;
import io.cofferdam.internal.worker.session.TaskTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
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

  /** What may stand in one text with the commit, or null if it goes alone. */
  final @Nullable CommitText commitText;

  public FinishedWork(
      Session session, TaskRequest request, SessionEffects effects, TaskTransaction transaction) {
    this.session = session;
    this.request = request;
    this.effects = effects;
    this.transaction = transaction;
    connection = session.connection();
    commitText = session.commitText();
  }

  /**
   * Makes sure that the transaction can be committed, by a query that fails otherwise.
   *
   * @param query empty if that is known without
   */
  void check(String query) throws SQLException {
    if (query.isEmpty()) {
      return;
    }
    try {
      execute(query);
    } catch (SQLException e) {
      transaction.checkFailed(e);
      throw e;
    }
  }

  void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
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
