package io.cofferdam.internal.dialect.postgresql;

import io.cofferdam.internal.dialect.ConnectionTarget;
import io.cofferdam.internal.dialect.IdleLimit;
import io.cofferdam.internal.dialect.Jdbc;
import io.cofferdam.internal.dialect.Rollback;
import io.cofferdam.internal.dialect.TransactionEndedException;
import io.cofferdam.internal.dialect.TransactionStatus;
import io.cofferdam.internal.dialect.generic.GenericTransactions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** Transactions of one session of PostgreSQL, which are marked by a setting. */
final class PostgreSqlTransactions extends GenericTransactions {

  /** The mark of a transaction that has not been ended. */
  static final String OPEN = "on";

  /** The mark that is left once it has been. */
  static final String ENDED = "the transaction had been ended before by a statement of it";

  /**
   * The value outside the transaction stays if it is committed, the one inside goes with its end in
   * any case. As a prepared statement this is no slower than any other first statement.
   */
  private static final String MARK =
      "SET cofferdam.transaction = '"
          + ENDED
          + "'; SET LOCAL cofferdam.transaction = '"
          + OPEN
          + "'";

  private static final String IDLE_LIMIT = "idle_in_transaction_session_timeout";

  /** In seconds; the server counts milliseconds. */
  private static final int LONGEST_IDLE_LIMIT = Integer.MAX_VALUE / 1000;

  private static final String VALUE_OF_MARK =
      "SELECT pg_catalog.current_setting('cofferdam.transaction', true)";

  /** Fails, and says why, by what is no boolean value. */
  private static final String OPEN_CHECK =
      "SELECT CAST(pg_catalog.current_setting('cofferdam.transaction') AS pg_catalog.bool)";

  private final boolean beginsWithStatement;

  private PostgreSqlTransactions(boolean beginsWithStatement) {
    this.beginsWithStatement = beginsWithStatement;
  }

  /**
   * Returns those of a session that has just been opened.
   *
   * <p>The driver may begin with the first statement if it tells when its BEGIN has been answered,
   * and sends each text by itself. A statement_timeout can hit that BEGIN, if the machine stands
   * still for that long.
   */
  static PostgreSqlTransactions of(Connection opened) throws SQLException {
    return new PostgreSqlTransactions(
        PostgreSqlDriver.tellsStatusAtOnce(opened)
            && PostgreSqlDriver.keepsTexts(opened)
            && PostgreSqlDriver.sendsValuesApart(opened)
            && setting(opened, "statement_timeout").equals("0"));
  }

  private static String setting(Connection connection, String name) throws SQLException {
    return Jdbc.queryForText(connection, "SELECT pg_catalog.current_setting('" + name + "', true)");
  }

  /**
   * {@inheritDoc}
   *
   * <p>The driver sends BEGIN in front of the first statement, as a query of its own: the server
   * goes on with the statement after a BEGIN that was cancelled. So the first statement is one that
   * no cancel reaches. SET takes no snapshot: the task can still set the isolation level. The limit
   * goes with the transaction.
   */
  @Override
  public void begin(Connection connection, IdleLimit limit) throws SQLException {
    Jdbc.executePrepared(
        connection, limit.isOther() ? MARK + "; SET LOCAL " + idleLimit(limit.wanted()) : MARK);
  }

  /** {@inheritDoc} The session must have the limit from the cleaning before. */
  @Override
  public boolean mayBeginWithStatement(IdleLimit limit) {
    return beginsWithStatement && !limit.isOther();
  }

  /**
   * {@inheritDoc} What the server says of the end of the session, and what the driver says by
   * itself, are no answers.
   */
  @Override
  public boolean isAnswer(SQLException failure) {
    for (Throwable each : failure) {
      if (each instanceof SQLException link
          && PostgreSqlDriver.isOfServer(link)
          && !PostgreSqlFailures.endsSession(link)) {
        return true;
      }
    }
    return false;
  }

  /** Returns the assignment of a limit. */
  static String idleLimit(int seconds) {
    return IDLE_LIMIT + " = '" + seconds + "s'";
  }

  /** {@inheritDoc} The value that the server or the role has is the user's, unless it is 0. */
  @Override
  public IdleLimit idleLimit(Connection connection, ConnectionTarget target) throws SQLException {
    boolean isOurs = !target.names(IDLE_LIMIT) && setting(connection, IDLE_LIMIT).equals("0");
    return isOurs ? new IdleLimit(LONGEST_IDLE_LIMIT) : IdleLimit.none();
  }

  @Override
  public void mark(Connection connection) throws SQLException {
    Jdbc.executePrepared(connection, MARK);
  }

  @Override
  public TransactionStatus status(Connection connection) throws SQLException {
    return PostgreSqlDriver.status(connection);
  }

  /**
   * {@inheritDoc}
   *
   * <p>PostgreSQL answers the commit of a failed transaction with a rollback, which current drivers
   * report as success. The driver knows the state without asking; another one is asked.
   */
  @Override
  public void beforeCommit(Connection connection) throws SQLException {
    switch (status(connection)) {
      case OPEN -> {}
      case FAILED -> throw failed(null);
      case NONE -> throw new TransactionEndedException();
      case NOT_KNOWN -> probe(connection);
    }
  }

  private static void probe(Connection connection) throws SQLException {
    try {
      Jdbc.execute(connection, "SELECT 1");
    } catch (SQLException e) {
      throw Jdbc.sqlState(e).equals(PostgreSqlFailures.FAILED_TRANSACTION) ? failed(e) : e;
    }
  }

  private static SQLException failed(@Nullable SQLException cause) {
    return new SQLException(
        "a statement of the transaction failed, so PostgreSQL can only roll it back. Let the"
            + " exception of that statement leave the task, or use a savepoint around it.",
        PostgreSqlFailures.FAILED_TRANSACTION,
        cause);
  }

  @Override
  public String openCheck() {
    return OPEN_CHECK;
  }

  /**
   * {@inheritDoc}
   *
   * <p>A transaction that has failed does not tell its mark any more. What is there after the
   * rollback then shows whether it had been committed before; behind a pooler it may be that of
   * another client.
   */
  @Override
  public Rollback rollBack(Connection connection, boolean marked, boolean ownSession)
      throws SQLException {
    TransactionStatus status = status(connection);
    if (!marked) {
      rollBackUnmarked(connection);
      return Rollback.WHOLE;
    }
    if (status == TransactionStatus.NONE) {
      connection.rollback();
      return Rollback.ENDED_BEFORE;
    }
    if (status != TransactionStatus.FAILED) {
      try {
        return firstText(connection, VALUE_OF_MARK + "; ROLLBACK").equals(OPEN)
            ? Rollback.WHOLE
            : Rollback.ENDED_BEFORE;
      } catch (SQLException cancelledOrBroken) {
        return rollBackFailed(connection, ownSession);
      }
    }
    return rollBackFailed(connection, ownSession);
  }

  /** The last cancel of a task may still hit its rollback, after which there is none any more. */
  private void rollBackUnmarked(Connection connection) throws SQLException {
    try {
      connection.rollback();
    } catch (SQLException cancelledOrBroken) {
      if (status(connection) != TransactionStatus.FAILED) {
        throw cancelledOrBroken;
      }
      connection.rollback();
    }
  }

  private Rollback rollBackFailed(Connection connection, boolean ownSession) throws SQLException {
    String after =
        PostgreSqlDriver.keepsTexts(connection)
            ? firstText(connection, "ROLLBACK; " + VALUE_OF_MARK)
            : markAfterRollback(connection);
    if (!after.equals(ENDED)) {
      return Rollback.WHOLE;
    }
    return ownSession ? Rollback.ENDED_BEFORE : Rollback.NOT_KNOWN;
  }

  /**
   * Rolls back by the driver's own method: a driver that sets a savepoint before each text would do
   * so in the failed transaction.
   */
  private static String markAfterRollback(Connection connection) throws SQLException {
    connection.rollback();
    String mark = firstText(connection, VALUE_OF_MARK);
    connection.rollback();
    return mark;
  }

  /** Executes a text and returns the first column of the first row in it. */
  private static String firstText(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      boolean isQuery = statement.execute(sql);
      if (!isQuery && !statement.getMoreResults()) {
        throw new SQLException("no row from: " + sql);
      }
      try (ResultSet row = statement.getResultSet()) {
        @Nullable String text = row.next() ? row.getString(1) : null;
        return text == null ? "" : text;
      }
    }
  }
}
