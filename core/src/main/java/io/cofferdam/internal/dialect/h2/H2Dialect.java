package io.cofferdam.internal.dialect.h2;

import io.cofferdam.internal.dialect.Cleaning;
import io.cofferdam.internal.dialect.Connecting;
import io.cofferdam.internal.dialect.Dialect;
import io.cofferdam.internal.dialect.DriverTraits;
import io.cofferdam.internal.dialect.DriverTraits.Quirk;
import io.cofferdam.internal.dialect.Failures;
import io.cofferdam.internal.dialect.IncompleteRollback;
import io.cofferdam.internal.dialect.LedgerSql;
import io.cofferdam.internal.dialect.ReadOnlyMode;
import io.cofferdam.internal.dialect.Sessions;
import io.cofferdam.internal.dialect.StandardLedgerSql;
import io.cofferdam.internal.dialect.Transactions;
import io.cofferdam.internal.dialect.generic.GenericCleaning;
import io.cofferdam.internal.dialect.generic.GenericReadOnlyMode;
import io.cofferdam.internal.sql.SqlRules;
import java.sql.Connection;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * H2 2.5 and later behind its TCP server. A deadlock rolls the whole transaction back, and lets the
 * statements after it start another one. Most statements other than queries and changes of rows
 * commit by themselves, and a function in Java can end the transaction in any statement.
 */
public final class H2Dialect implements Dialect {

  private final Connecting connecting = new H2Connecting();
  private final DriverTraits driver =
      new DriverTraits(
          Set.of(Quirk.SHARES_QUERY_TIMEOUT, Quirk.EXECUTES_WHEN_PREPARED),
          Pattern.compile("H2[- ]"));
  private final SqlRules sqlRules = new H2Rules();
  private final IncompleteRollback incompleteRollback = new H2IncompleteRollback();
  private final Failures failures = new H2Failures();
  private final ReadOnlyMode readOnlyMode = new GenericReadOnlyMode();
  private final Cleaning cleaning = new GenericCleaning();
  private final Sessions sessions = new H2Sessions();
  private final LedgerSql ledgerSql =
      new StandardLedgerSql(
          "VARBINARY(820)",
          "VARBINARY(1048576)",
          "TIMESTAMP WITH TIME ZONE",
          "DATEADD(SECOND, ",
          ", CURRENT_TIMESTAMP)");

  @Override
  public String name() {
    return "H2";
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
    return new H2Transactions(connection, incompleteRollback);
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
