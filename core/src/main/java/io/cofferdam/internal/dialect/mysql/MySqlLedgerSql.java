package io.cofferdam.internal.dialect.mysql;

import io.cofferdam.internal.dialect.Jdbc;
import io.cofferdam.internal.dialect.LedgerSql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** The ledger of MySQL and MariaDB. */
final class MySqlLedgerSql implements LedgerSql {

  private static final int NOT_WITH_GTIDS = 1787;

  /** {@inheritDoc} Other engines would keep the row of a transaction that was rolled back. */
  @Override
  public List<String> definition(String table) {
    return List.of(
        "CREATE TABLE "
            + table
            + " (id VARBINARY(820) NOT NULL PRIMARY KEY, kind VARCHAR(9) NOT NULL,"
            + " result MEDIUMBLOB, fingerprint VARBINARY(820), expires_at DATETIME NOT NULL,"
            + " INDEX (expires_at)) ENGINE = InnoDB");
  }

  /**
   * {@inheritDoc}
   *
   * <p>A task, or a trigger before it, may have set the time of its session. SYSDATE does not know
   * of that; the others tell how far the session's time zone is from UTC.
   */
  @Override
  public String clock(long secondsAhead) {
    return "(SYSDATE() + INTERVAL TIMESTAMPDIFF(SECOND, NOW(), UTC_TIMESTAMP()) + "
        + secondsAhead
        + " SECOND)";
  }

  /**
   * {@inheritDoc}
   *
   * <p>A temporary table hides the other one even if that is named with its database. Old versions
   * of MySQL do not make or drop one in a transaction that has a GTID.
   */
  @Override
  public void uncover(Connection connection, String table) throws SQLException {
    try {
      Jdbc.execute(connection, "DROP TEMPORARY TABLE IF EXISTS " + table);
    } catch (SQLException e) {
      if (e.getErrorCode() != NOT_WITH_GTIDS) {
        throw e;
      }
    }
  }
}
