package io.cofferdam.internal.dialect;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL 14 and later. DDL is transactional and procedures cannot commit inside a transaction
 * block, so nothing commits by itself; the session is always cleaned, whatever was executed.
 */
final class PostgreSqlDialect extends GenericDialect {

  private static final String OPTIONS = "options";
  private static final String CHECK_CLIENT = "-c client_connection_check_interval=1s";
  private static final String FAILED_TRANSACTION = "25P02";

  /** DISCARD ALL, but for the plans and prepared statements that the driver holds on to. */
  private static final String CLEAN =
      "CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ROLE; RESET ALL; UNLISTEN *;"
          + " SELECT pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES";

  private static final Set<String> LASTING = Set.of("PREPARE", "DEALLOCATE", "DISCARD", "LOAD");

  /** A failed transaction, a lock that a deferred trigger did not get, a cancelled query. */
  private static final Set<String> REFUSALS = Set.of(FAILED_TRANSACTION, "55P03", "57014");

  private static final Set<String> REFUSAL_CLASSES = Set.of("22", "23", "40", "42", "44", "P0");

  PostgreSqlDialect() {
    super("PostgreSQL", new SqlSyntax(false, true, true, false, false, false), Set.of());
  }

  @Override
  SqlVerdict judge(SqlStatement statement) {
    return LASTING.contains(statement.token(0)) ? SqlVerdict.LASTING : SqlVerdict.DIRTYING;
  }

  @Override
  public void checkConnectable(String jdbcUrl, Map<String, String> properties) {
    new ConnectionSettings(jdbcUrl, '?', '&', properties)
        .refuse(
            "raiseExceptionOnSilentRollback",
            false,
            "the commit of a failed transaction would look like success. Remove it.");
  }

  /**
   * {@inheritDoc}
   *
   * <p>Adds {@code client_connection_check_interval}, so that the sessions of an application that
   * was killed end soon; options of the user's own come later and win, and empty ones turn it off
   * (a pooler may refuse it). The server version makes the driver send the application name at
   * connect, where cleaning the session does not lose it.
   */
  @Override
  public Map<String, String> connectionProperties(
      Map<String, String> user, String applicationName) {
    Map<String, String> properties = super.connectionProperties(user, applicationName);
    String options = user.getOrDefault(OPTIONS, " ");
    if (options.isEmpty()) {
      properties.remove(OPTIONS);
    } else {
      properties.put(OPTIONS, (CHECK_CLIENT + " " + options).stripTrailing());
    }
    properties.putIfAbsent("ApplicationName", applicationName);
    properties.putIfAbsent("assumeMinServerVersion", "14");
    return properties;
  }

  /**
   * {@inheritDoc}
   *
   * <p>The driver sends BEGIN in front of the first statement, as a query of its own: the server
   * goes on with the statement after a BEGIN that was cancelled. So the first statement is one that
   * nobody cancels. SHOW takes no snapshot: the task can still set the isolation level. (The driver
   * sends no BEGIN for an empty statement.)
   */
  @Override
  public void beginNow(Connection connection) throws SQLException {
    execute(connection, "SHOW transaction_isolation");
  }

  /**
   * {@inheritDoc}
   *
   * <p>PostgreSQL answers the commit of a failed transaction with a rollback, which current drivers
   * report as success. The driver knows the state without asking; another one is asked.
   */
  @Override
  public void beforeCommit(Connection connection, boolean hasCommitted) throws SQLException {
    try {
      if (hasFailed(connection)) {
        throw failed(null);
      }
    } catch (ReflectiveOperationException unknownDriver) {
      probe(connection);
    }
  }

  private static boolean hasFailed(Connection connection)
      throws SQLException, ReflectiveOperationException {
    Class<?> type =
        Class.forName(
            "org.postgresql.core.BaseConnection", false, connection.getClass().getClassLoader());
    Method state = type.getMethod("getTransactionState");
    try {
      return "FAILED".equals(String.valueOf(state.invoke(connection.unwrap(type))));
    } catch (InvocationTargetException e) {
      throw new SQLException("cannot tell the state of the transaction", e.getCause());
    }
  }

  private static void probe(Connection connection) throws SQLException {
    try {
      execute(connection, "SELECT 1");
    } catch (SQLException e) {
      throw sqlState(e).equals(FAILED_TRANSACTION) ? failed(e) : e;
    }
  }

  private static TransactionEndedException failed(@Nullable SQLException cause) {
    return new TransactionEndedException(
        "a statement of the transaction failed, so PostgreSQL can only roll it back. Let the"
            + " exception of that statement leave the task, or use a savepoint around it.",
        FAILED_TRANSACTION,
        cause);
  }

  @Override
  public boolean endsTransaction(SQLException failure) {
    return false;
  }

  @Override
  boolean refusesCommit(String sqlState) {
    return REFUSALS.contains(sqlState)
        || (sqlState.length() == 5 && REFUSAL_CLASSES.contains(sqlState.substring(0, 2)));
  }

  @Override
  public boolean cleanSession(Connection connection, boolean dirtied) throws SQLException {
    boolean autoCommit = connection.getAutoCommit();
    connection.setAutoCommit(true);
    try (PreparedStatement clean = connection.prepareStatement(CLEAN)) {
      clean.execute();
    }
    connection.setAutoCommit(autoCommit);
    return true;
  }

  /** Returns the process id of the backend and, after a space, its start in seconds since 1970. */
  @Override
  public String sessionId(Connection connection) throws SQLException {
    return queryForText(
        connection,
        "SELECT pid || ' ' || extract(epoch FROM backend_start)"
            + " FROM pg_stat_get_activity(pg_backend_pid())");
  }

  @Override
  public boolean isDriverThread(Thread thread) {
    return thread.getName().startsWith("PostgreSQL-JDBC-");
  }
}
