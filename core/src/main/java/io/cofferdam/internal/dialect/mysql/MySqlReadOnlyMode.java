package io.cofferdam.internal.dialect.mysql;

import io.cofferdam.internal.dialect.generic.GenericReadOnlyMode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** MySQL and MariaDB tell of their default, and nothing of the running transaction. */
final class MySqlReadOnlyMode extends GenericReadOnlyMode {

  /** {@inheritDoc} The driver knows what it was told, not what the server has by default. */
  @Override
  public boolean isReadOnly(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet set =
            statement.executeQuery(
                "SHOW SESSION VARIABLES WHERE Variable_name"
                    + " IN ('tx_read_only', 'transaction_read_only') AND Value = 'ON'")) {
      return set.next() || connection.isReadOnly();
    }
  }
}
