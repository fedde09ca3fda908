package io.cofferdam.internal.dialect.postgresql;

import io.cofferdam.internal.dialect.Jdbc;
import io.cofferdam.internal.dialect.generic.GenericReadOnlyMode;
import java.sql.Connection;
import java.sql.SQLException;

/** PostgreSQL tells of its default and of the running transaction. */
final class PostgreSqlReadOnlyMode extends GenericReadOnlyMode {

  /** {@inheritDoc} That of {@code readOnlyMode=always} is a setting, which RESET ALL takes back. */
  @Override
  public String lostByCleaning(Connection connection) throws SQLException {
    boolean byDefault =
        Jdbc.queryForText(
                connection, "SELECT pg_catalog.current_setting('default_transaction_read_only')")
            .equals("on");
    return byDefault ? "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY" : "";
  }

  /**
   * {@inheritDoc}
   *
   * <p>The driver knows what it was told to begin with, and the server reports its default and
   * whether it is a standby.
   */
  @Override
  public boolean refusesWrites(Connection connection, boolean mayHaveChanged) throws SQLException {
    boolean maybe =
        mayHaveChanged
            || connection.isReadOnly()
            || PostgreSqlDriver.reports(connection, "default_transaction_read_only", "on")
            || PostgreSqlDriver.reports(connection, "in_hot_standby", "on");
    return maybe
        && Jdbc.queryForText(
                connection, "SELECT pg_catalog.current_setting('transaction_read_only')")
            .equals("on");
  }
}
