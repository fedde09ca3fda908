package io.cofferdam.internal.dialect.mysql;

import io.cofferdam.internal.dialect.Jdbc;
import io.cofferdam.internal.dialect.generic.GenericIncompleteRollback;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** MySQL and MariaDB have engines without transactions. */
final class MySqlIncompleteRollback extends GenericIncompleteRollback {

  private static final String TABLE_WITHOUT_TRANSACTIONS =
      "SELECT t.TABLE_NAME FROM information_schema.TABLES t"
          + " JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE"
          + " WHERE t.TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED') AND e.TRANSACTIONS <> 'YES'"
          + " AND t.TABLE_SCHEMA NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys')"
          + " LIMIT 1";

  private static final int NO_SUCH_VARIABLE = 1193;

  @Override
  public boolean isPossible() {
    return true;
  }

  /**
   * {@inheritDoc}
   *
   * <p>INSERT DELAYED, which only MariaDB has, hands rows to a thread of the server that knows no
   * transaction. Without that it is an insert like others, also in a procedure.
   */
  @Override
  public void prepare(Connection connection) throws SQLException {
    if (!MySqlServer.isMariaDb(connection)) {
      return;
    }
    try {
      Jdbc.execute(connection, "SET max_delayed_threads = 0");
    } catch (SQLException e) {
      if (e.getErrorCode() != NO_SUCH_VARIABLE) {
        throw e;
      }
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>The warning comes with the error, and the next statement takes it away. If not even the
   * error is listed, the session keeps no warnings: {@code max_error_count} is 0.
   */
  @Override
  public boolean keptRowsAtEnd(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet warnings = statement.executeQuery("SHOW WARNINGS")) {
      boolean tells = false;
      while (warnings.next()) {
        if (warnings.getInt("Code") == MySqlServer.NOT_COMPLETE_ROLLBACK) {
          return true;
        }
        tells = true;
      }
      return !tells && mayKeepRows(connection);
    }
  }

  @Override
  public boolean mayKeepRows(Connection connection) throws SQLException {
    return !Jdbc.queryForText(connection, TABLE_WITHOUT_TRANSACTIONS).isEmpty();
  }
}
