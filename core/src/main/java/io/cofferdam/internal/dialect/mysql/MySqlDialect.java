package io.cofferdam.internal.dialect.mysql;

import io.cofferdam.internal.dialect.Cleaning;
import io.cofferdam.internal.dialect.Connecting;
import io.cofferdam.internal.dialect.Dialect;
import io.cofferdam.internal.dialect.DriverTraits;
import io.cofferdam.internal.dialect.Failures;
import io.cofferdam.internal.dialect.IncompleteRollback;
import io.cofferdam.internal.dialect.LedgerSql;
import io.cofferdam.internal.dialect.ReadOnlyMode;
import io.cofferdam.internal.dialect.Sessions;
import io.cofferdam.internal.dialect.Transactions;
import io.cofferdam.internal.sql.SqlRules;
import java.sql.Connection;

/**
 * MySQL and MariaDB. A deadlock rolls the whole transaction back and lets the statements after it
 * start another one, and many statements commit by themselves; a savepoint at the start tells.
 */
public final class MySqlDialect implements Dialect {

  private final Connecting connecting = new MySqlConnecting();
  private final DriverTraits driver =
      DriverTraits.ofThreads("(?i)mariadb-|mysql-cj-|mysql statement cancellation timer\\z");
  private final SqlRules sqlRules = new MySqlRules();
  private final Transactions transactions = new MySqlTransactions();
  private final IncompleteRollback incompleteRollback = new MySqlIncompleteRollback();
  private final Failures failures = new MySqlFailures();
  private final ReadOnlyMode readOnlyMode = new MySqlReadOnlyMode();
  private final Cleaning cleaning = new MySqlCleaning();
  private final Sessions sessions = new MySqlSessions();
  private final LedgerSql ledgerSql = new MySqlLedgerSql();

  @Override
  public String name() {
    return "MySQL/MariaDB";
  }

  @Override
  public String constantQuery() {
    return "SELECT 1";
  }

  @Override
  public Connecting connecting() {
    return connecting;
  }

  @Override
  public DriverTraits driver() {
    return driver;
  }

  @Override
  public SqlRules sqlRules() {
    return sqlRules;
  }

  @Override
  public Transactions transactions(Connection connection) {
    return transactions;
  }

  @Override
  public IncompleteRollback incompleteRollback() {
    return incompleteRollback;
  }

  @Override
  public Failures failures() {
    return failures;
  }

  @Override
  public ReadOnlyMode readOnlyMode() {
    return readOnlyMode;
  }

  @Override
  public Cleaning cleaning() {
    return cleaning;
  }

  @Override
  public Sessions sessions() {
    return sessions;
  }

  @Override
  public LedgerSql ledgerSql() {
    return ledgerSql;
  }
}
