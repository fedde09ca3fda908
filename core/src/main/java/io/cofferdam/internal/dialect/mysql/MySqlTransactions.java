package io.cofferdam.internal.dialect.mysql;

import io.cofferdam.internal.dialect.ConnectionTarget;
import io.cofferdam.internal.dialect.IdleLimit;
import io.cofferdam.internal.dialect.Jdbc;
import io.cofferdam.internal.dialect.RemovableMark;
import io.cofferdam.internal.dialect.Rollback;
import io.cofferdam.internal.dialect.TransactionEndedException;
import io.cofferdam.internal.dialect.generic.SavepointTransactions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;

/** Transactions of MySQL and MariaDB. */
final class MySqlTransactions extends SavepointTransactions {

  private static final String IDLE_LIMIT = "idle_transaction_timeout";
  private static final int NO_SUCH_VARIABLE = 1193;
  private static final int NO_SUCH_SAVEPOINT = 1305;

  /**
   * Rolls back with warnings that are kept: a session with {@code max_error_count} of 0 counts them
   * only. MySQL takes what MariaDB executes for a comment.
   */
  private static final String ROLLBACK =
      "/*M!100100 SET STATEMENT max_error_count = 64 FOR */ ROLLBACK";

  private final RemovableMark removableMark = this::removeMark;

  MySqlTransactions() {
    super(NO_SUCH_SAVEPOINT);
  }

  /**
   * {@inheritDoc} MariaDB's driver sends both statements of the batch before it reads an answer.
   */
  @Override
  public void begin(Connection connection, IdleLimit limit) throws SQLException {
    if (!limit.isDue()) {
      mark(connection);
      return;
    }
    try (Statement statement = connection.createStatement()) {
      statement.addBatch("SET " + IDLE_LIMIT + " = " + limit.wanted());
      statement.addBatch(MARK);
      statement.executeBatch();
    }
    limit.isSet();
  }

  /**
   * {@inheritDoc}
   *
   * <p>MySQL has no such variable. Inside a transaction the limit takes the place of wait_timeout,
   * so it must not be longer. A user's own limit for transactions that read, or that write, goes
   * before ours.
   */
  @Override
  public IdleLimit idleLimit(Connection connection, ConnectionTarget target) throws SQLException {
    if (target.names(IDLE_LIMIT) || !MySqlServer.isMariaDb(connection)) {
      return IdleLimit.none();
    }
    try {
      String longest =
          Jdbc.queryForText(connection, "SELECT IF(@@" + IDLE_LIMIT + " = 0, @@wait_timeout, 0)");
      return new IdleLimit(Integer.parseInt(longest));
    } catch (SQLException e) {
      if (e.getErrorCode() != NO_SUCH_VARIABLE) {
        throw e;
      }
      return IdleLimit.none();
    }
  }

  @Override
  public RemovableMark removableMark() {
    return removableMark;
  }

  private boolean removeMark(Connection connection) throws SQLException {
    return findsMark(connection, "RELEASE SAVEPOINT " + SAVEPOINT);
  }

  @Override
  public void beforeCommit(Connection connection) throws SQLException {
    if (!removeMark(connection)) {
      throw new TransactionEndedException(
          "the database ended the transaction before the task returned: by a deadlock that the task"
              + " or a procedure caught, or by a commit or rollback in a procedure. Let the failure"
              + " leave the task, and the end of the transaction to the executor.",
          null);
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>ROLLBACK is sent as a text: the driver leaves it out if the server says that there is no
   * transaction, which it also says after changes of tables that have none.
   */
  @Override
  public Rollback rollBack(Connection connection, boolean marked, boolean ownSession)
      throws SQLException {
    boolean whole = !marked || removeMark(connection);
    try (Statement statement = connection.createStatement()) {
      statement.execute(ROLLBACK);
      for (SQLWarning each = statement.getWarnings(); each != null; each = each.getNextWarning()) {
        if (each.getErrorCode() == MySqlServer.NOT_COMPLETE_ROLLBACK) {
          return Rollback.INCOMPLETE;
        }
      }
    }
    return whole ? Rollback.WHOLE : Rollback.ENDED_BEFORE;
  }
}
