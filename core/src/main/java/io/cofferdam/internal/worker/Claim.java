package io.cofferdam.internal.worker;

import io.cofferdam.internal.wire.TaskRequest;
import io.cofferdam.internal.worker.guard.TaskGate;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The claim of a task's transaction on its idempotency key, which it makes before anything else.
 * Used by the task thread alone.
 */
final class Claim {

  private final Session session;
  private final Ledger ledger;
  private final TaskRequest request;
  private final TaskGate gate;
  private final TaskTransaction transaction;

  Claim(Session session, TaskRequest request, TaskGate gate, TaskTransaction transaction)
      throws SQLException {
    Ledger kept = session.ledger();
    if (kept == null) {
      throw new SQLException("a task with an idempotency key came to an executor without a ledger");
    }
    this.session = session;
    this.ledger = kept;
    this.request = request;
    this.gate = gate;
    this.transaction = transaction;
  }

  /**
   * Takes the key for the running transaction, waiting for one that holds it.
   *
   * @return null if the transaction has it now, else the row of the one that committed with it;
   *     this transaction has been rolled back then
   * @throws SQLException if the database refuses, or the gate was cancelled
   */
  Ledger.@Nullable Row take() throws SQLException {
    Connection connection = session.connection();
    while (true) {
      transaction.begin();
      if (ledger.claim(connection, request.key(), request.fingerprint(), gate)) {
        return null;
      }
      connection.rollback();
      transaction.rolledBack();
      connection.setAutoCommit(true);
      Ledger.Row row = ledger.findKey(connection, request.key());
      if (row != null && !row.expired()) {
        return row;
      }
      if (row != null) {
        ledger.forget(connection, request.key());
      }
      session.begin(request);
    }
  }
}
