package io.cofferdam.internal.dialect;

import io.cofferdam.RetryPolicy.Cause;
import io.cofferdam.internal.dialect.SqlSyntax.Letters;
import io.cofferdam.internal.dialect.SqlSyntax.Rule;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * H2 2.5 and later behind its TCP server. A deadlock rolls the whole transaction back, lets the
 * statements after it start another one, and before the commit nothing but its error tells; at a
 * rollback a savepoint does. Most statements other than queries and changes of rows commit by
 * themselves.
 */
final class H2Dialect extends SavepointDialect {

  private static final int NO_SUCH_SAVEPOINT = 90063;
  private static final int DUPLICATE_KEY = 23505;
  private static final int DEADLOCK = 40001;
  private static final int LOCK_TIMEOUT = 50200;
  private static final int CONCURRENT_UPDATE = 90131;

  private static final String LINKED_TABLE =
      "SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES WHERE STORAGE_TYPE = 'TABLE LINK' LIMIT 1";

  private static final Set<String> PLAIN =
      Set.of(
          "SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "WITH", "VALUES", "TABLE", "SHOW",
          "EXPLAIN");
  private static final Set<String> OF_THE_SESSION =
      Set.of("@", "SCHEMA", "SCHEMA_SEARCH_PATH", "LOCK_TIMEOUT", "QUERY_TIMEOUT");

  /** What commits at most; others execute what is not in their text, and may roll back. */
  private static final Set<String> DEFINING =
      Set.of(
          "CREATE",
          "ALTER",
          "DROP",
          "TRUNCATE",
          "GRANT",
          "REVOKE",
          "COMMENT",
          "ANALYZE",
          "SET",
          "CHECKPOINT",
          "SCRIPT",
          "BACKUP",
          "USE",
          "PREPARE",
          "DEALLOCATE",
          "HELP");

  /** Functions of the database itself that execute definitions. */
  private static final Set<String> DEFINING_FUNCTIONS = Set.of("LINK_SCHEMA");

  private static final Set<String> WATCHED = Set.of("@", ":=", "LINK_SCHEMA");

  private static final SqlSyntax SYNTAX =
      SqlSyntax.of(
          Letters.JAVA,
          Rule.BACKTICK_NAMES,
          Rule.DOLLAR_QUOTES,
          Rule.NESTED_COMMENTS,
          Rule.SLASH_COMMENTS,
          Rule.RETURN_ENDS_COMMENT);

  /** With the names that the modes of other databases add. */
  private static final SqlReadings READINGS =
      new SqlReadings(
          SYNTAX,
          null,
          List.of(
              SYNTAX.with(Rule.BRACKET_NAMES),
              SYNTAX.with(Rule.HASH_IN_NAMES),
              SYNTAX.with(Rule.BRACKET_NAMES, Rule.HASH_IN_NAMES)));

  H2Dialect() {
    super("H2", WATCHED, NO_SUCH_SAVEPOINT);
  }

  @Override
  Backslash backslash(Connection connection) {
    return Backslash.LITERAL;
  }

  @Override
  SqlReadings readings(String sql, Backslash backslash, boolean sendsSeveral) {
    return READINGS;
  }

  @Override
  SqlVerdict judge(SqlStatement statement) {
    if (usesSavepoint(statement)) {
      return judgeSavepoint(statement);
    }
    if (PLAIN.contains(statement.token(0))) {
      if (statement.holdsAnyOf(DEFINING_FUNCTIONS)) {
        return SqlVerdict.SELF_COMMITTING;
      }
      return statement.holdsWatched() ? SqlVerdict.DIRTYING : SqlVerdict.PLAIN;
    }
    if (statement.starts("SET", "EXCLUSIVE")) {
      return SqlVerdict.refused(
          "SET EXCLUSIVE is not allowed in a task: it would stop the other workers, and the"
              + " settlement of this one if it died. Execute it over a connection of your own.");
    }
    boolean setsSession = statement.starts("SET") && OF_THE_SESSION.contains(statement.token(1));
    if (setsSession) {
      return SqlVerdict.DIRTYING;
    }
    return DEFINING.contains(statement.token(0)) ? SqlVerdict.DEFINING : SqlVerdict.SELF_COMMITTING;
  }

  @Override
  public void checkConnectable(String jdbcUrl, Map<String, String> properties) {
    super.checkConnectable(jdbcUrl, properties);
    new ConnectionSettings(jdbcUrl, ';', ';', properties)
        .refuse(
            "AUTO_RECONNECT",
            true,
            "a connection must not be replaced inside a transaction. Remove it; the executor"
                + " reconnects between transactions.");
  }

  @Override
  public String changesOf(Connection connection) throws SQLException {
    return queryForText(connection, "SELECT TRANSACTION_ID()");
  }

  @Override
  public boolean sharesQueryTimeout() {
    return true;
  }

  /** {@inheritDoc} It calls those that stand for tables, to learn their columns. */
  @Override
  public boolean executesWhenPrepared() {
    return true;
  }

  @Override
  public boolean keptRowsAtEnd(Connection connection) throws SQLException {
    return mayKeepRows(connection);
  }

  /** {@inheritDoc} What is written to a linked table is committed at once, where it is. */
  @Override
  public boolean mayKeepRows(Connection connection) throws SQLException {
    return !queryForText(connection, LINKED_TABLE).isEmpty();
  }

  /** {@inheritDoc} The savepoint cannot be looked for but by going back to it. */
  @Override
  public Rollback rollBack(Connection connection, boolean marked, boolean ownSession)
      throws SQLException {
    boolean whole = !marked || findsMark(connection, "ROLLBACK TO SAVEPOINT " + SAVEPOINT);
    connection.rollback();
    if (!whole) {
      return Rollback.ENDED_BEFORE;
    }
    return marked && mayKeepRows(connection) ? Rollback.INCOMPLETE : Rollback.WHOLE;
  }

  @Override
  public boolean isDuplicateKey(SQLException failure) {
    return failure.getErrorCode() == DUPLICATE_KEY;
  }

  @Override
  public @Nullable Cause retryCause(SQLException failure) {
    return switch (failure.getErrorCode()) {
      case DEADLOCK, LOCK_TIMEOUT -> Cause.DEADLOCK;
      case CONCURRENT_UPDATE -> Cause.SERIALIZATION_FAILURE;
      default -> super.retryCause(failure);
    };
  }

  /** Returns the session's id and, after a space, its start. */
  @Override
  public String markSession(Connection connection, String mark) throws SQLException {
    return queryForText(
        connection,
        "SELECT SESSION_ID || ' ' || SESSION_START FROM INFORMATION_SCHEMA.SESSIONS"
            + " WHERE SESSION_ID = SESSION_ID()");
  }

  /**
   * {@inheritDoc}
   *
   * <p>Only an administrator sees other sessions. A session that executes a statement has that
   * cancelled, and is closed when it is asked for again: H2 goes on with the statement of a session
   * that another one closes, and later transactions have failed then with "An old transaction with
   * the same id is still open". A statement that waits for a lock goes on until LOCK_TIMEOUT.
   */
  @Override
  public SessionState endSession(Connection connection, String id, boolean end)
      throws SQLException {
    String[] parts = id.split(" ", 2);
    String alive =
        queryForText(
            connection,
            "SELECT SESSION_ID FROM INFORMATION_SCHEMA.SESSIONS"
                + " WHERE CAST(SESSION_ID AS VARCHAR) = ?"
                + " AND CAST(SESSION_START AS VARCHAR) = ?",
            parts[0],
            parts[1]);
    if (alive.isEmpty()) {
      return isAdministrator(connection) ? SessionState.GONE : SessionState.NOT_KNOWN;
    }
    if (end && !isTrue(connection, "CANCEL_SESSION(" + Integer.parseInt(alive) + ")")) {
      isTrue(connection, "ABORT_SESSION(" + Integer.parseInt(alive) + ")");
    }
    return SessionState.ALIVE;
  }

  private static boolean isAdministrator(Connection connection) throws SQLException {
    return isTrue(
        connection,
        "(SELECT IS_ADMIN FROM INFORMATION_SCHEMA.USERS WHERE USER_NAME = CURRENT_USER)");
  }

  private static boolean isTrue(Connection connection, String expression) throws SQLException {
    return queryForText(connection, "SELECT " + expression).equalsIgnoreCase("true");
  }

  @Override
  public List<String> ledgerDefinition(String table) {
    return ledgerDefinition(
        table, "VARBINARY(820)", "VARBINARY(1048576)", "TIMESTAMP WITH TIME ZONE");
  }

  @Override
  public String clock(long secondsAhead) {
    return "DATEADD(SECOND, " + secondsAhead + ", CURRENT_TIMESTAMP)";
  }

  @Override
  public boolean isDriverThread(Thread thread) {
    return thread.getName().startsWith("H2-") || thread.getName().startsWith("H2 ");
  }
}
