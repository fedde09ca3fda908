package io.cofferdam.internal.worker.outcome;

import io.cofferdam.Outcome;
import io.cofferdam.internal.dialect.Dialect;
import io.cofferdam.internal.dialect.Failures;
import io.cofferdam.internal.state.TransactionState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The table in the user's database in which each transaction leaves a row that is committed with
 * it, or not. To find out what became of a transaction whose process is dead, settlement inserts
 * the same key: either the row is there, and tells, or the insert keeps the transaction from ever
 * committing.
 *
 * <p>Used by the task thread alone. The id of a row is a task's id and the number of its attempt,
 * or an idempotency key.
 */
final class Ledger {

  /** How many expired rows are removed in one transaction. */
  static final int PURGE_BATCH = 500;

  /**
   * What goes together with a commit.
   *
   * @param before empty, or statements with a semicolon after each
   * @param after empty, or statements with a semicolon before each
   */
  record Texts(String before, String after) {}

  private final LedgerTable table;
  private final LedgerKeys keys;
  private final Failures failures;

  Ledger(Dialect dialect, String name, long retentionSeconds) {
    failures = dialect.failures();
    table = new LedgerTable(dialect, name, retentionSeconds);
    keys = new LedgerKeys(table, failures);
  }

  /**
   * Makes sure that the table is there and can be used.
   *
   * @throws SQLException if it is not there and cannot be made
   */
  void open(Connection connection) throws SQLException {
    table.open(connection);
  }

  /** Makes sure that nothing of a task hides the table from this session. */
  void uncover(Connection connection) throws SQLException {
    table.uncover(connection);
  }

  /** Returns the idempotency keys. */
  LedgerKeys keys() {
    return keys;
  }

  /** Writes the row of a transaction into it. */
  void write(Connection connection, String id, byte[] result) throws SQLException {
    table.insert(connection, id, LedgerKind.COMMITTED, keep(result), null);
  }

  /**
   * Writes the row of a transaction and commits, in one round trip, where {@link
   * Dialect#commitText} allows it.
   *
   * @param ifWritten a condition for the row to be written; empty if it is always written
   * @param around what else is sent in the same round trip
   */
  void commit(Connection connection, String id, byte[] result, String ifWritten, Texts around)
      throws SQLException {
    String text = around.before() + table.insertion(ifWritten) + "; COMMIT" + around.after();
    try (PreparedStatement statement = connection.prepareStatement(text)) {
      LedgerTable.bind(statement, id, LedgerKind.COMMITTED, keep(result), null);
      statement.execute();
    }
  }

  private static byte @Nullable [] keep(byte[] result) {
    return result.length <= LedgerRow.MAX_RESULT ? result : null;
  }

  /**
   * Tells what became of a transaction that the same session has tried to commit together with its
   * row. Nothing else writes that row, or removes it in half of the retention.
   *
   * @param nanos how long ago it has tried
   */
  TransactionState stateOf(Connection connection, String id, long nanos) throws SQLException {
    LedgerRow row = table.find(connection, id);
    if (row != null && row.kind() == LedgerKind.COMMITTED) {
      return TransactionState.COMMITTED;
    }
    boolean mayBePurged = TimeUnit.NANOSECONDS.toSeconds(nanos) >= table.retentionSeconds() / 2;
    return row != null || mayBePurged ? TransactionState.UNKNOWN : TransactionState.ROLLED_BACK;
  }

  /**
   * Makes sure that a transaction of a dead process can never commit, unless it has.
   *
   * @param kind FENCED, or RETRIED if there may be a further attempt
   * @return the row that is there now, or null if this cannot be said yet: ask again
   */
  @Nullable LedgerRow fence(Connection connection, String id, LedgerKind kind) throws SQLException {
    LedgerRow row = table.find(connection, id);
    if (row != null) {
      return row;
    }
    try {
      table.insert(connection, id, kind, null, null);
      return new LedgerRow(kind, null, "", false);
    } catch (SQLException e) {
      if (!failures.isDuplicateKey(e) && !failures.isLockTimeout(e)) {
        System.err.println("a transaction in doubt could not be fenced this time: " + e);
      }
      return table.find(connection, id);
    }
  }

  /** Tells what is known of a task: COMMITTED or ROLLED_BACK for good, else UNKNOWN. */
  Outcome outcomeOf(Connection connection, UUID taskId) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT kind FROM " + table.qualifiedName() + " WHERE id >= ? AND id < ?")) {
      statement.setBytes(1, LedgerTable.bytes(taskId + "/"));
      statement.setBytes(2, LedgerTable.bytes(taskId + "0"));
      Outcome outcome = Outcome.UNKNOWN;
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          outcome =
              switch (LedgerKind.valueOf(rows.getString(1))) {
                case COMMITTED -> Outcome.COMMITTED;
                case FENCED ->
                    outcome == Outcome.COMMITTED ? Outcome.COMMITTED : Outcome.ROLLED_BACK;
                case RETRIED, CLAIMED -> outcome;
              };
        }
      }
      return outcome;
    }
  }

  /**
   * Removes some rows whose time is over.
   *
   * @return how many; if {@link #PURGE_BATCH}, there may be more
   */
  int purge(Connection connection) throws SQLException {
    return table.purge(connection, PURGE_BATCH);
  }
}
