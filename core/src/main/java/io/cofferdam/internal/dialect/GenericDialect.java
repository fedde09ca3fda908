package io.cofferdam.internal.dialect;

import io.cofferdam.RetryPolicy.Cause;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A database that is not known: only what standard SQL and JDBC promise is relied on. */
class GenericDialect implements Dialect {

  private static final Set<String> PLAIN =
      Set.of("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "WITH", "VALUES", "EXPLAIN");

  private final String name;
  private final SqlClassifier classifier;

  GenericDialect() {
    this("generic", new SqlSyntax(false, false, false, false, false, true), Set.of());
  }

  GenericDialect(String name, SqlSyntax syntax, Set<String> watched) {
    this.name = name;
    this.classifier = new SqlClassifier(syntax, watched, this::judge);
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final SqlVerdict classify(String sql) {
    return classifier.classify(sql);
  }

  /** Judges one statement that is not transaction control. */
  SqlVerdict judge(SqlStatement statement) {
    if (usesSavepoint(statement)) {
      return SqlVerdict.PLAIN;
    }
    return PLAIN.contains(statement.token(0)) ? SqlVerdict.PLAIN : SqlVerdict.SELF_COMMITTING;
  }

  static boolean usesSavepoint(SqlStatement statement) {
    return statement.starts("SAVEPOINT")
        || statement.starts("RELEASE")
        || TransactionControl.rollsBackToSavepoint(statement);
  }

  @Override
  public void checkConnectable(String jdbcUrl, Map<String, String> properties) {
    UnsharedDatabases.refuse(jdbcUrl.toLowerCase(Locale.ROOT), jdbcUrl);
  }

  @Override
  public ConnectionTarget target(String jdbcUrl, Map<String, String> user, String applicationName) {
    return new ConnectionTarget(jdbcUrl, user);
  }

  @Override
  public boolean reservesSavepoint(String savepoint) {
    return false;
  }

  @Override
  public void begin(Connection connection) throws SQLException {}

  @Override
  public void beginNow(Connection connection) throws SQLException {}

  @Override
  public void beforeCommit(Connection connection, boolean selfCommitting) throws SQLException {}

  @Override
  public boolean endsTransaction(SQLException failure) {
    return sqlState(failure).startsWith("40");
  }

  @Override
  public final boolean provesRollback(SQLException commitFailure) {
    for (Throwable each : commitFailure) {
      if (each instanceof SQLException sql && sqlState(sql).startsWith("08")) {
        return false;
      }
    }
    String state = sqlState(commitFailure);
    return !state.equals("40003") && refusesCommit(state);
  }

  /** Returns whether the server itself refuses a commit with this SQLState, before it is made. */
  boolean refusesCommit(String sqlState) {
    return sqlState.startsWith("23") || sqlState.startsWith("40");
  }

  @Override
  public @Nullable Cause retryCause(SQLException failure) {
    String state = sqlState(failure);
    if (state.startsWith("08")) {
      return Cause.CONNECTION_LOST;
    }
    return state.equals("40001") ? Cause.SERIALIZATION_FAILURE : null;
  }

  @Override
  public boolean cleanSession(Connection connection, boolean dirtied) throws SQLException {
    return !dirtied;
  }

  @Override
  public String markSession(Connection connection, String mark) throws SQLException {
    return "";
  }

  @Override
  public SessionState endSession(Connection connection, String id, boolean end)
      throws SQLException {
    return SessionState.NOT_KNOWN;
  }

  @Override
  public boolean hasTransactionIds() {
    return false;
  }

  @Override
  public String transactionId(Connection connection) throws SQLException {
    throw new UnsupportedOperationException(name() + " has no transaction ids");
  }

  @Override
  public boolean keptReadOnly(Connection connection) throws SQLException {
    return false;
  }

  @Override
  public TransactionState stateOf(Connection connection, String session, String transactionId)
      throws SQLException {
    throw new UnsupportedOperationException(name() + " has no transaction ids");
  }

  @Override
  public List<String> ledgerDefinition(String table) {
    return ledgerDefinition(table, "VARBINARY(820)", "VARBINARY(1048576)", "TIMESTAMP");
  }

  static List<String> ledgerDefinition(String table, String id, String result, String time) {
    String name = table.substring(table.lastIndexOf('.') + 1);
    return List.of(
        "CREATE TABLE "
            + table
            + " (id "
            + id
            + " NOT NULL PRIMARY KEY, kind VARCHAR(9) NOT NULL, result "
            + result
            + ", fingerprint "
            + id
            + ", expires_at "
            + time
            + " NOT NULL)",
        "CREATE INDEX " + name + "_expires ON " + table + " (expires_at)");
  }

  @Override
  public String clock(long secondsAhead) {
    return "{fn TIMESTAMPADD(SQL_TSI_SECOND, " + secondsAhead + ", CURRENT_TIMESTAMP)}";
  }

  @Override
  public boolean commitsInText(Connection connection) throws SQLException {
    return false;
  }

  @Override
  public String hasWritten() {
    throw new UnsupportedOperationException(name() + " does not tell what was written");
  }

  @Override
  public String ownSettings() {
    throw new UnsupportedOperationException(name() + " is not cleaned together with a commit");
  }

  @Override
  public String cleaning() {
    throw new UnsupportedOperationException(name() + " is not cleaned together with a commit");
  }

  @Override
  public boolean isDuplicateKey(SQLException failure) {
    return sqlState(failure).startsWith("23");
  }

  @Override
  public boolean isLockTimeout(SQLException failure) {
    return sqlState(failure).equals("HYT00");
  }

  @Override
  public boolean isDriverThread(Thread thread) {
    return false;
  }

  static String sqlState(SQLException failure) {
    @Nullable String state = failure.getSQLState();
    return state == null ? "" : state;
  }

  static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Returns the first column of the first row; empty if there is no row, or null in it. */
  static String queryForText(Connection connection, String sql, String... parameters)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setString(i + 1, parameters[i]);
      }
      try (ResultSet row = statement.executeQuery()) {
        @Nullable String text = row.next() ? row.getString(1) : null;
        return text == null ? "" : text;
      }
    }
  }
}
