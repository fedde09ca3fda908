package io.cofferdam.internal.worker.outcome;

import io.cofferdam.internal.dialect.Dialect;
import io.cofferdam.internal.dialect.LedgerSql;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The table of the ledger: how it is made, and how its rows are written, found and removed. The id
 * of a row is compared byte by byte.
 *
 * <p>Used by the task thread alone.
 */
final class LedgerTable {

  private static final int PATIENCE_SECONDS = 1;
  private static final String COLUMNS = "id, kind, result, fingerprint, expires_at";

  private final LedgerSql sql;
  private final String name;
  private final long retentionSeconds;

  private String table = "";

  LedgerTable(Dialect dialect, String name, long retentionSeconds) {
    sql = dialect.ledgerSql();
    this.name = name;
    this.retentionSeconds = retentionSeconds;
  }

  long retentionSeconds() {
    return retentionSeconds;
  }

  /** Returns its name in SQL texts, with its schema once it is open. */
  String qualifiedName() {
    return table;
  }

  /** Returns an expression for the time at which a row that is written now is over. */
  String expiry() {
    return sql.clock(retentionSeconds);
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

  /**
   * Returns the text that inserts a row.
   *
   * @param condition holds if it is to be inserted; empty if it is in any case
   */
  String insertion(String condition) {
    String into = "INSERT INTO " + table + " (" + COLUMNS + ") ";
    return condition.isEmpty()
        ? into + "VALUES (?, ?, ?, ?, " + expiry() + ")"
        : into + "SELECT ?, ?, ?, ?, " + expiry() + " WHERE " + condition;
  }

  /** Inserts a row; one that is not of a commit waits no longer than a second for another. */
  void insert(
      Connection connection,
      String id,
      LedgerKind kind,
      byte @Nullable [] result,
      @Nullable String fingerprint)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(insertion(""))) {
      statement.setQueryTimeout(kind == LedgerKind.COMMITTED ? 0 : PATIENCE_SECONDS);
      bind(statement, id, kind, result, fingerprint);
      statement.executeUpdate();
    }
  }

  /** Sets the parameters of {@link #insertion}. */
  static void bind(
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

  @Nullable LedgerRow find(Connection connection, String id) throws SQLException {
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
        return new LedgerRow(
            LedgerKind.valueOf(rows.getString(1)),
            result,
            fingerprint == null ? "" : new String(fingerprint, StandardCharsets.UTF_8),
            rows.getInt(4) != 0);
      }
    }
  }

  /**
   * Removes some rows whose time is over.
   *
   * @param most how many at most
   * @return how many; if this is the most, there may be more
   */
  int purge(Connection connection, int most) throws SQLException {
    List<byte[]> expired = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      statement.setMaxRows(most);
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

  /** Removes those of the rows whose time is over. */
  void deleteExpired(Connection connection, List<byte[]> ids) throws SQLException {
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

  static byte[] bytes(String id) {
    return id.getBytes(StandardCharsets.UTF_8);
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
