package io.cofferdam.internal.dialect;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** MySQL and MariaDB have engines without transactions. */
final class MySqlIncompleteRollback extends GenericIncompleteRollback {

  private static final String TABLE_WITHOUT_TRANSACTIONS =
      "SELECT t.TABLE_NAME FROM information_schema.TABLES t"
          + " JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE"
          + " WHERE t.TABLE_TYPE = 'BASE TABLE' AND e.TRANSACTIONS <> 'YES' AND t.TABLE_SCHEMA NOT"
          + " IN ('mysql', 'information_schema', 'performance_schema', 'sys') LIMIT 1";

  /** {@inheritDoc} The warning comes with the error, and the next statement takes it away. */
  @Override
  public boolean keptRowsAtEnd(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet warnings = statement.executeQuery("SHOW WARNINGS")) {
      while (warnings.next()) {
        if (warnings.getInt("Code") == MySqlServer.NOT_COMPLETE_ROLLBACK) {
          return true;
        }
      }
      return false;
    }
  }

  @Override
  public boolean mayKeepRows(Connection connection) throws SQLException {
    return !Jdbc.queryForText(connection, TABLE_WITHOUT_TRANSACTIONS).isEmpty();
  }
}
