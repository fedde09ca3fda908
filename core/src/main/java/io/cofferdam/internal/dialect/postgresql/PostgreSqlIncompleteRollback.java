package io.cofferdam.internal.dialect.postgresql;

import io.cofferdam.internal.dialect.Jdbc;
import io.cofferdam.internal.dialect.generic.GenericIncompleteRollback;
import java.sql.Connection;
import java.sql.SQLException;

/** PostgreSQL may have committed on foreign servers before a commit fails. */
final class PostgreSqlIncompleteRollback extends GenericIncompleteRollback {

  private static final String FOREIGN_TABLE =
      "SELECT ftrelid FROM pg_catalog.pg_foreign_table LIMIT 1";

  /**
   * {@inheritDoc}
   *
   * <p>postgres_fdw commits on the foreign servers first. What fails then, as the check of a
   * serializable transaction or the commit on another foreign server, does not take that back.
   */
  @Override
  public boolean mayCommitElsewhere(Connection connection) throws SQLException {
    return !Jdbc.queryForText(connection, FOREIGN_TABLE).isEmpty();
  }
}
