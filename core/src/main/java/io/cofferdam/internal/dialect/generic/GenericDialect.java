package io.cofferdam.internal.dialect.generic;

import io.cofferdam.internal.dialect.Cleaning;
import io.cofferdam.internal.dialect.Connecting;
import io.cofferdam.internal.dialect.Dialect;
import io.cofferdam.internal.dialect.DriverTraits;
import io.cofferdam.internal.dialect.Failures;
import io.cofferdam.internal.dialect.IncompleteRollback;
import io.cofferdam.internal.dialect.LedgerSql;
import io.cofferdam.internal.dialect.ReadOnlyMode;
import io.cofferdam.internal.dialect.Sessions;
import io.cofferdam.internal.dialect.StandardLedgerSql;
import io.cofferdam.internal.dialect.Transactions;
import io.cofferdam.internal.sql.SqlRules;
import java.sql.Connection;

/** A database that is not known: only what standard SQL and JDBC promise is relied on. */
public final class GenericDialect implements Dialect {

  private final Connecting connecting = new GenericConnecting();
  private final DriverTraits driver = DriverTraits.ofThreads("(?!)");
  private final SqlRules sqlRules = new GenericRules();
  private final Transactions transactions = new GenericTransactions();
  private final IncompleteRollback incompleteRollback = new GenericIncompleteRollback();
  private final Failures failures = new GenericFailures();
  private final ReadOnlyMode readOnlyMode = new GenericReadOnlyMode();
  private final Cleaning cleaning = new GenericCleaning();
  private final Sessions sessions = new GenericSessions();
  private final LedgerSql ledgerSql =
      new StandardLedgerSql(
          "VARBINARY(820)",
          "VARBINARY(1048576)",
          "TIMESTAMP",
          "{fn TIMESTAMPADD(SQL_TSI_SECOND, ",
          ", CURRENT_TIMESTAMP)}");

  @Override
  public String name() {
    return "generic";
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
