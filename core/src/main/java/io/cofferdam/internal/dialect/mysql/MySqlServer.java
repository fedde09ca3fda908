package io.cofferdam.internal.dialect.mysql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;

/** What tells servers of MySQL and MariaDB from each other. */
final class MySqlServer {

  /** The warning that rows of tables without transactions are left. */
  static final int NOT_COMPLETE_ROLLBACK = 1196;

  /**
   * The start is what the server's clock showed then, in whatever way it was set later: uptime and
   * time come from the same statement.
   */
  private static final String SERVER =
      "(SELECT CONCAT(@@hostname, ':', @@port, '/', UNIX_TIMESTAMP() - CAST(VARIABLE_VALUE AS"
          + " SIGNED)) FROM %s WHERE VARIABLE_NAME = 'UPTIME')";

  private MySqlServer() {}

  static boolean isMariaDb(Connection connection) throws SQLException {
    String version = connection.getMetaData().getDatabaseProductVersion();
    return version.toLowerCase(Locale.ROOT).contains("mariadb");
  }

  /** Returns a query for the server that a session is in, and for when that was started. */
  static String queryFor(Connection connection) throws SQLException {
    return SERVER.formatted(
        isMariaDb(connection)
            ? "information_schema.GLOBAL_STATUS"
            : "performance_schema.global_status");
  }
}
