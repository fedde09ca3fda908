package io.cofferdam.internal.dialect;

import io.cofferdam.RetryPolicy.Cause;
import io.cofferdam.internal.dialect.SqlSyntax.Letters;
import io.cofferdam.internal.dialect.SqlSyntax.Rule;
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

  private static final SqlSyntax SYNTAX =
      SqlSyntax.of(Letters.JAVA, Rule.RETURN_ENDS_COMMENT, Rule.ROUTINE_BODIES);

  private static final SqlReadings READINGS =
      new SqlReadings(
          SYNTAX,
          null,
          List.of(
              SYNTAX.without(Rule.RETURN_ENDS_COMMENT),
              SYNTAX.with(Rule.BACKSLASH_ESCAPES),
              SYNTAX.with(
                  Rule.BACKSLASH_ESCAPES,
                  Rule.BACKSLASH_ESCAPES_IN_DOUBLE_QUOTES,
                  Rule.BACKTICK_NAMES,
                  Rule.MYSQL_COMMENTS,
                  Rule.SPACE_AFTER_DASHES),
              SYNTAX.with(
                  Rule.ESCAPE_STRINGS,
                  Rule.CONTINUED_STRINGS,
                  Rule.DOLLAR_QUOTES,
                  Rule.TAGGED_DOLLAR_QUOTES,
                  Rule.NESTED_COMMENTS),
              SYNTAX.with(
                  Rule.DOLLAR_QUOTES,
                  Rule.NESTED_COMMENTS,
                  Rule.SLASH_COMMENTS,
                  Rule.HASH_IN_NAMES),
              SYNTAX.with(Rule.BRACKET_NAMES),
              SYNTAX.with(Rule.BACKTICK_NAMES),
              new SqlSyntax(Letters.ANY_OUTSIDE_ASCII, SYNTAX.rules())));

  private final String name;
  private final Set<String> watched;

  GenericDialect() {
    this("generic", Set.of());
  }

  /**
   * @param watched the tokens that a statement notes wherever they stand
   */
  GenericDialect(String name, Set<String> watched) {
    this.name = name;
    this.watched = watched;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final SqlClassifier classifier(
      String jdbcUrl, Map<String, String> properties, String ledgerTable) {
    return new SqlClassifier(this, sendsSeveral(jdbcUrl, properties), ledgerTable);
  }

  /** Tells whether a connection sends several statements in one text. */
  boolean sendsSeveral(String jdbcUrl, Map<String, String> properties) {
    return true;
  }

  final Set<String> watched() {
    return watched;
  }

  /** Returns what a backslash means to a session now, as far as its driver knows. */
  Backslash backslash(Connection connection) throws SQLException {
    return Backslash.NOT_KNOWN;
  }

  /**
   * Returns in which ways a text is read.
   *
   * @param sendsSeveral whether the server takes several statements in one text
   */
  SqlReadings readings(String sql, Backslash backslash, boolean sendsSeveral) {
    return READINGS;
  }

  /**
   * Returns the forms in which a text may reach the server: as it is, and as the driver makes it by
   * replacing the escapes in braces.
   */
  List<String> sentForms(String sql, Backslash backslash, Connection connection)
      throws SQLException {
    if (sql.indexOf('{') < 0) {
      return List.of(sql);
    }
    try {
      @Nullable String replaced = connection.nativeSQL(sql);
      return replaced == null || replaced.equals(sql) ? List.of(sql) : List.of(sql, replaced);
    } catch (SQLException refusedByDriver) {
      return List.of(sql);
    }
  }

  /** Judges one statement that is not transaction control. */
  SqlVerdict judge(SqlStatement statement) {
    if (usesSavepoint(statement)) {
      return judgeSavepoint(statement);
    }
    return PLAIN.contains(statement.token(0)) ? SqlVerdict.PLAIN : SqlVerdict.SELF_COMMITTING;
  }

  /**
   * Judges one statement that is not transaction control.
   *
   * @param sql the text in which it stands
   */
  SqlVerdict judge(SqlStatement statement, String sql) {
    return judge(statement);
  }

  /** Judges a statement that {@link #usesSavepoint}. */
  final SqlVerdict judgeSavepoint(SqlStatement statement) {
    boolean goesBack = TransactionControl.rollsBackToSavepoint(statement);
    String refusal = savepointRefusal(statement.token(statement.size() - 1));
    if (refusal != null) {
      return goesBack ? SqlVerdict.rollback(refusal) : SqlVerdict.refused(refusal);
    }
    return goesBack ? SqlVerdict.GOING_BACK : SqlVerdict.PLAIN;
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
  public @Nullable String savepointRefusal(String savepoint) {
    return null;
  }

  @Override
  public void beginNow(Connection connection, IdleLimit limit) throws SQLException {}

  @Override
  public IdleLimit idleLimit(Connection connection, ConnectionTarget target) throws SQLException {
    return IdleLimit.none();
  }

  @Override
  public void mark(Connection connection) throws SQLException {}

  @Override
  public boolean canTakeMark() {
    return false;
  }

  @Override
  public boolean takeMark(Connection connection) throws SQLException {
    return false;
  }

  @Override
  public String changesOf(Connection connection) throws SQLException {
    return "";
  }

  @Override
  public boolean keptRowsAtEnd(Connection connection) throws SQLException {
    return false;
  }

  /** {@inheritDoc} JDBC leaves it to the driver whether it commits. */
  @Override
  public SqlVerdict judgeSetting() {
    return SqlVerdict.DEFINING;
  }

  @Override
  public boolean sharesQueryTimeout() {
    return false;
  }

  @Override
  public boolean executesWhenPrepared() {
    return false;
  }

  @Override
  public TransactionStatus status(Connection connection) throws SQLException {
    return TransactionStatus.NOT_KNOWN;
  }

  @Override
  public void beforeCommit(Connection connection) throws SQLException {}

  @Override
  public String openCheck() {
    return "";
  }

  @Override
  public boolean failsOpenCheck(SQLException failure) {
    return false;
  }

  @Override
  public Rollback rollBack(Connection connection, boolean marked, boolean ownSession)
      throws SQLException {
    connection.rollback();
    return Rollback.NOT_KNOWN;
  }

  @Override
  public boolean endsTransaction(SQLException failure) {
    return sqlState(failure).startsWith("40");
  }

  @Override
  public boolean mayEndTransaction(SQLException failure) {
    return false;
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
  public boolean isReadOnly(Connection connection) throws SQLException {
    return connection.isReadOnly();
  }

  @Override
  public String lostByCleaning(Connection connection) throws SQLException {
    return "";
  }

  @Override
  public boolean forgetStatements(Connection connection) throws SQLException {
    return true;
  }

  @Override
  public void cleanDriver(Connection connection) throws SQLException {
    connection.clearWarnings();
  }

  @Override
  public boolean cleanSession(Connection connection, boolean dirtied) throws SQLException {
    return !dirtied;
  }

  @Override
  public void turnAutoCommitOn(Connection connection, String session) throws SQLException {
    connection.setAutoCommit(true);
  }

  @Override
  public void releaseLocks(Connection connection, String session, boolean dirtied)
      throws SQLException {
    turnAutoCommitOn(connection, session);
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
  public boolean refusesWrites(Connection connection, boolean mayHaveChanged) throws SQLException {
    return false;
  }

  @Override
  public boolean refusesWrite(SQLException failure) {
    return false;
  }

  @Override
  public boolean mayKeepRows(Connection connection) throws SQLException {
    return false;
  }

  @Override
  public boolean mayCommitElsewhere(Connection connection) throws SQLException {
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
