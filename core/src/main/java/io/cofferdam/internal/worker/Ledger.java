package io.cofferdam.internal.worker;

import io.cofferdam.Outcome;
import io.cofferdam.internal.dialect.Dialect;
import io.cofferdam.internal.dialect.Failures;
import io.cofferdam.internal.dialect.LedgerSql;
import io.cofferdam.internal.state.TransactionState;
import io.cofferdam.internal.wire.LedgerKind;
import io.cofferdam.internal.worker.guard.TaskGate;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The table in the user's database in which each transaction leaves a row that is committed with
 * it, or not. Whoever wants to know what became of a transaction whose process is dead inserts the
 * same key: either the row is there, and tells, or the insert keeps the transaction from ever
 * committing.
 *
 * <p>Used by the task thread alone. The id of a row is a task's id and the number of its attempt,
 * or an idempotency key; all ids are compared byte by byte.
 */
final class Ledger {

  /** The longest encoded result that is kept, in bytes. */
  static final int MAX_RESULT = 1 << 20;

  /** How many expired rows are removed in one transaction. */
  static final int PURGE_BATCH = 500;

  private static final int PATIENCE_SECONDS = 1;
  private static final String COLUMNS = "id, kind, result, fingerprint, expires_at";

  /**
   * A row.
   *
   * @param result the encoded result, or null if there is none
   * @param fingerprint what the caller gave with an idempotency key; empty if nothing
   * @param expired whether its time is over, so that it counts no more
   */
  record Row(LedgerKind kind, byte @Nullable [] result, String fingerprint, boolean expired) {}

  /**
   * What goes together with a commit.
   *
   * @param before empty, or statements with a semicolon after each
   * @param after empty, or statements with a semicolon before each
   */
  record Texts(String before, String after) {}

  private final LedgerSql sql;
  private final Failures failures;
  private final String name;
  private final long retentionSeconds;

  private String table = "";

  Ledger(Dialect dialect, String name, long retentionSeconds) {
    sql = dialect.ledgerSql();
    failures = dialect.failures();
    this.name = name;
    this.retentionSeconds = retentionSeconds;
  }

  /**
   * Makes sure that the table is there and can be used, and remembers it with its schema, which a
   * task may change for its session.
   *
   * @throws SQLException if it is not there and cannot be made
   */
  void open(Connection connection) throws SQLException {
    table = qualified(connection);
    String probe = "SELECT " + COLUMNS + " FROM " + table + " WHERE 1 = 0";
    try {
      execute(connection, probe);
      return;
    } catch (SQLException missing) {
      try {
        for (String statement : sql.definition(table)) {
          execute(connection, statement);
        }
      } catch (SQLException refused) {
        refused.addSuppressed(missing);
        probe(connection, probe, refused);
      }
    }
  }

  /** Another worker may have made the table at the same time. */
  private void probe(Connection connection, String probe, SQLException refused)
      throws SQLException {
    try {
      execute(connection, probe);
    } catch (SQLException stillMissing) {
      throw new SQLException(
          "the ledger "
              + table
              + " is missing or cannot be used, and cannot be made: "
              + refused.getMessage()
              + (table.indexOf('.') < 0
                  ? ". The session has no schema of its own: name one in ledgerTable."
                  : ".")
              + " Let an administrator make it, and grant SELECT, INSERT, UPDATE and DELETE; the"
              + " statements are: "
              + String.join("; ", sql.definition(table)),
          refused.getSQLState(),
          refused);
    }
  }

  /** Without a schema, as by an empty search_path, the name stands for no table. */
  private String qualified(Connection connection) throws SQLException {
    if (name.indexOf('.') >= 0) {
      return name;
    }
    DatabaseMetaData database = connection.getMetaData();
    @Nullable String home = connection.getSchema();
    if (home == null && database.supportsCatalogsInTableDefinitions()) {
      home = connection.getCatalog();
    }
    if (home == null || home.isEmpty()) {
      return name;
    }
    String quote = database.getIdentifierQuoteString().trim();
    return quote + home.replace(quote, quote + quote) + quote + "." + name;
  }

  /** Makes sure that nothing of a task hides the table from this session. */
  void uncover(Connection connection) throws SQLException {
    sql.uncover(connection, table);
  }

  /** Writes the row of a transaction into it. */
  void write(Connection connection, String id, byte[] result) throws SQLException {
    insert(connection, id, LedgerKind.COMMITTED, keep(result), null);
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
    String row =
        ifWritten.isEmpty()
            ? insertion("VALUES (?, ?, ?, ?, ") + ")"
            : insertion("SELECT ?, ?, ?, ?, ") + " WHERE " + ifWritten;
    try (PreparedStatement statement =
        connection.prepareStatement(around.before() + row + "; COMMIT" + around.after())) {
      bind(statement, id, LedgerKind.COMMITTED, keep(result), null);
      statement.execute();
    }
  }

  private static byte @Nullable [] keep(byte[] result) {
    return result.length <= MAX_RESULT ? result : null;
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
    try (PreparedStatement statement =
        connection.prepareStatement(insertion("VALUES (?, ?, ?, ?, ") + ")")) {
      bind(statement, keyId(key), LedgerKind.CLAIMED, null, fingerprint);
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
                + table
                + " SET kind = ?, result = ?, expires_at = "
                + sql.clock(retentionSeconds)
                + " WHERE id = ?")) {
      statement.setString(1, LedgerKind.COMMITTED.name());
      statement.setBytes(2, result);
      statement.setBytes(3, bytes(keyId(key)));
      if (statement.executeUpdate() != 1) {
        throw new SQLException("the claim of the idempotency key is not in " + table + " any more");
      }
    }
  }

  /** Finds the committed row of an idempotency key, or null. */
  @Nullable Row findKey(Connection connection, String key) throws SQLException {
    return find(connection, keyId(key));
  }

  /**
   * Tells what became of a transaction that the same session has tried to commit together with its
   * row. Nobody but it writes that row, and nobody removes it in half of the retention.
   *
   * @param nanos how long ago it has tried
   */
  TransactionState stateOf(Connection connection, String id, long nanos) throws SQLException {
    Row row = find(connection, id);
    if (row != null && row.kind() == LedgerKind.COMMITTED) {
      return TransactionState.COMMITTED;
    }
    boolean mayBePurged = TimeUnit.NANOSECONDS.toSeconds(nanos) >= retentionSeconds / 2;
    return row != null || mayBePurged ? TransactionState.UNKNOWN : TransactionState.ROLLED_BACK;
  }

  /** Gives up a key whose time is over. */
  void forget(Connection connection, String key) throws SQLException {
    deleteExpired(connection, List.of(bytes(keyId(key))));
  }

  /**
   * Makes sure that a transaction of a dead process can never commit, unless it has.
   *
   * @param kind FENCED, or RETRIED if there may be a further attempt
   * @return the row that is there now, or null if this cannot be said yet: ask again
   */
  @Nullable Row fence(Connection connection, String id, LedgerKind kind) throws SQLException {
    Row row = find(connection, id);
    if (row != null) {
      return row;
    }
    try {
      insert(connection, id, kind, null, null);
      return new Row(kind, null, "", false);
    } catch (SQLException e) {
      if (!failures.isDuplicateKey(e) && !failures.isLockTimeout(e)) {
        System.err.println("a transaction in doubt could not be fenced this time: " + e);
      }
      return find(connection, id);
    }
  }

  /** Tells what is known of a task: COMMITTED or ROLLED_BACK for good, else UNKNOWN. */
  Outcome outcomeOf(Connection connection, UUID taskId) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT kind FROM " + table + " WHERE id >= ? AND id < ?")) {
      statement.setBytes(1, bytes(taskId + "/"));
      statement.setBytes(2, bytes(taskId + "0"));
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
    List<byte[]> expired = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      statement.setMaxRows(PURGE_BATCH);
      try (ResultSet rows =
          statement.executeQuery(
              "SELECT id FROM " + table + " WHERE expires_at < " + sql.clock(0))) {
        while (rows.next()) {
          expired.add(rows.getBytes(1));
        }
      }
    }
    if (!expired.isEmpty()) {
      connection.setAutoCommit(false);
      deleteExpired(connection, expired);
      connection.commit();
      connection.setAutoCommit(true);
    }
    return expired.size();
  }

  private void deleteExpired(Connection connection, List<byte[]> ids) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "DELETE FROM " + table + " WHERE id = ? AND expires_at < " + sql.clock(0))) {
      for (byte[] id : ids) {
        statement.setBytes(1, id);
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private @Nullable Row find(Connection connection, String id) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT kind, result, fingerprint, CASE WHEN expires_at < "
                + sql.clock(0)
                + " THEN 1 ELSE 0 END FROM "
                + table
                + " WHERE id = ?")) {
      statement.setBytes(1, bytes(id));
      try (ResultSet rows = statement.executeQuery()) {
        if (!rows.next()) {
          return null;
        }
        byte @Nullable [] result = rows.getBytes(2);
        byte @Nullable [] fingerprint = rows.getBytes(3);
        return new Row(
            LedgerKind.valueOf(rows.getString(1)),
            result,
            fingerprint == null ? "" : new String(fingerprint, StandardCharsets.UTF_8),
            rows.getInt(4) != 0);
      }
    }
  }

  private void insert(
      Connection connection,
      String id,
      LedgerKind kind,
      byte @Nullable [] result,
      @Nullable String fingerprint)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(insertion("VALUES (?, ?, ?, ?, ") + ")")) {
      statement.setQueryTimeout(kind == LedgerKind.COMMITTED ? 0 : PATIENCE_SECONDS);
      bind(statement, id, kind, result, fingerprint);
      statement.executeUpdate();
    }
  }

  private String insertion(String values) {
    return "INSERT INTO " + table + " (" + COLUMNS + ") " + values + sql.clock(retentionSeconds);
  }

  private static void bind(
      PreparedStatement statement,
      String id,
      LedgerKind kind,
      byte @Nullable [] result,
      @Nullable String fingerprint)
      throws SQLException {
    statement.setBytes(1, bytes(id));
    statement.setString(2, kind.name());
    statement.setBytes(3, result);
    statement.setBytes(4, fingerprint == null ? null : bytes(fingerprint));
  }

  private static String keyId(String key) {
    return "key:" + key;
  }

  private static byte[] bytes(String id) {
    return id.getBytes(StandardCharsets.UTF_8);
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
