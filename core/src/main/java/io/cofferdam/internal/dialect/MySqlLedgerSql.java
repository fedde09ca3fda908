package io.cofferdam.internal.dialect;

import java.util.List;

/** The ledger of MySQL and MariaDB. */
final class MySqlLedgerSql implements LedgerSql {

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

  @Override
  public String clock(long secondsAhead) {
    return "(UTC_TIMESTAMP() + INTERVAL " + secondsAhead + " SECOND)";
  }
}
