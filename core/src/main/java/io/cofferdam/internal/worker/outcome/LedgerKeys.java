package io.cofferdam.internal.worker.outcome;

import io.cofferdam.internal.dialect.Failures;
import io.cofferdam.internal.worker.guard.TaskGate;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The idempotency keys in the ledger: one transaction at a time holds a key, and keeps its result
 * under it when it commits. Used by the task thread alone.
 */
final class LedgerKeys {

  private final LedgerTable table;
  private final Failures failures;

  LedgerKeys(LedgerTable table, Failures failures) {
    this.table = table;
    this.failures = failures;
  }

  /**
   * Claims an idempotency key for the running transaction. Waits while another transaction holds
   * it; a cancel of the gate ends the wait.
   *
   * @return false if the key is taken, or was waited for in vain: the transaction must be rolled
   *     back
   */
  boolean claim(Connection connection, String key, String fingerprint, TaskGate gate)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(table.insertion(""))) {
      LedgerTable.bind(statement, keyId(key), LedgerKind.CLAIMED, null, fingerprint);
      gate.enterExecution(statement);
      try {
        statement.executeUpdate();
        return true;
      } finally {
        gate.exitExecution(statement);
      }
    } catch (SQLException e) {
      if (failures.isDuplicateKey(e) || failures.isLockTimeout(e)) {
        return false;
      }
      throw e;
    }
  }

  /** Keeps the result of the transaction that claimed a key, before it commits. */
  void complete(Connection connection, String key, byte[] result) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "UPDATE "
                + table.qualifiedName()
                + " SET kind = ?, result = ?, expires_at = "
                + table.expiry()
                + " WHERE id = ?")) {
      statement.setString(1, LedgerKind.COMMITTED.name());
      statement.setBytes(2, result);
      statement.setBytes(3, LedgerTable.bytes(keyId(key)));
      if (statement.executeUpdate() != 1) {
        throw new SQLException(
            "the claim of the idempotency key is not in " + table.qualifiedName() + " any more");
      }
    }
  }

  /** Finds the committed row of an idempotency key, or null. */
  @Nullable LedgerRow find(Connection connection, String key) throws SQLException {
    return table.find(connection, keyId(key));
  }

  /** Gives up a key whose time is over. */
  void forget(Connection connection, String key) throws SQLException {
    table.deleteExpired(connection, List.of(LedgerTable.bytes(keyId(key))));
  }

  private static String keyId(String key) {
    return "key:" + key;
  }
}
