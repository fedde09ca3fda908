package io.cofferdam.internal.worker.outcome;

import io.cofferdam.internal.wire.TaskRequest;
import io.cofferdam.internal.worker.guard.TaskGate;
import io.cofferdam.internal.worker.session.Session;
import io.cofferdam.internal.worker.session.TaskTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The claim of a task's transaction on its idempotency key, which it makes before anything else.
 * Used by the task thread alone.
 */
public final class Claim {

  private final Session session;
  private final LedgerKeys keys;
  private final TaskRequest request;
  private final TaskGate gate;
  private final TaskTransaction transaction;

  /**
   * @throws SQLException if outcomes are not tracked in a ledger, which has no keys then
   */
  public Claim(
      Tracker tracker,
      Session session,
      TaskRequest request,
      TaskGate gate,
      TaskTransaction transaction)
      throws SQLException {
    Ledger kept = tracker.ledger();
    if (kept == null) {
      throw new SQLException("a task with an idempotency key came to an executor without a ledger");
    }
    this.session = session;
    keys = kept.keys();
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
  public @Nullable LedgerRow take() throws SQLException {
    Connection connection = session.connection();
    while (true) {
      transaction.begin();
      if (keys.claim(connection, request.key(), request.fingerprint(), gate)) {
        return null;
      }
      connection.rollback();
      transaction.rolledBack();
      connection.setAutoCommit(true);
      LedgerRow row = keys.find(connection, request.key());
      if (row != null && !row.expired()) {
        return row;
      }
      if (row != null) {
        keys.forget(connection, request.key());
      }
      session.begin(request);
    }
  }
}
