package io.cofferdam.internal.dialect.postgresql;

import io.cofferdam.internal.dialect.Cleaning;
import io.cofferdam.internal.dialect.CommitText;
import io.cofferdam.internal.dialect.Connecting;
import io.cofferdam.internal.dialect.Dialect;
import io.cofferdam.internal.dialect.DriverTraits;
import io.cofferdam.internal.dialect.Failures;
import io.cofferdam.internal.dialect.IncompleteRollback;
import io.cofferdam.internal.dialect.LedgerSql;
import io.cofferdam.internal.dialect.ReadOnlyMode;
import io.cofferdam.internal.dialect.Sessions;
import io.cofferdam.internal.dialect.StandardLedgerSql;
import io.cofferdam.internal.dialect.TransactionIds;
import io.cofferdam.internal.dialect.Transactions;
import io.cofferdam.internal.sql.SqlRules;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL 14 and later. DDL is transactional and procedures cannot commit inside a transaction
 * block, so nothing commits by itself; the session is always cleaned, whatever was executed.
 */
public final class PostgreSqlDialect implements Dialect {

  private final Connecting connecting = new PostgreSqlConnecting();
  private final DriverTraits driver = DriverTraits.ofThreads("PostgreSQL-JDBC-");
  private final SqlRules sqlRules = new PostgreSqlRules();
  private final IncompleteRollback incompleteRollback = new PostgreSqlIncompleteRollback();
  private final Failures failures = new PostgreSqlFailures();
  private final ReadOnlyMode readOnlyMode = new PostgreSqlReadOnlyMode();
  private final Cleaning cleaning = new PostgreSqlCleaning();
  private final Sessions sessions = new PostgreSqlSessions();
  private final LedgerSql ledgerSql =
      new StandardLedgerSql(
          "bytea",
          "bytea",
          "timestamptz",
          "pg_catalog.clock_timestamp() + interval '",
          " seconds'");
  private final TransactionIds transactionIds = new PostgreSqlTransactionIds();
  private final CommitText commitText = new PostgreSqlCommitText();

  @Override
  public String name() {
    return "PostgreSQL";
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
  public Transactions transactions(Connection connection) throws SQLException {
    return PostgreSqlTransactions.of(connection);
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

  @Override
  public TransactionIds transactionIds() {
    return transactionIds;
  }

  /**
   * {@inheritDoc}
   *
   * <p>The server skips what follows a statement that failed. A driver that sets a savepoint around
   * each text would look for it after the commit.
   */
  @Override
  public @Nullable CommitText commitText(Connection connection) throws SQLException {
    return PostgreSqlDriver.keepsTexts(connection) ? commitText : null;
  }
}
