package io.cofferdam.internal.dialect.h2;

import io.cofferdam.internal.dialect.Jdbc;
import io.cofferdam.internal.dialect.generic.GenericIncompleteRollback;
import java.sql.Connection;
import java.sql.SQLException;

/** H2 commits at once what is written to a linked table. */
final class H2IncompleteRollback extends GenericIncompleteRollback {

  private static final String LINKED_TABLE =
      "SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES WHERE STORAGE_TYPE = 'TABLE LINK' LIMIT 1";

  @Override
  public boolean keptRowsAtEnd(Connection connection) throws SQLException {
    return mayKeepRows(connection);
  }

  /** {@inheritDoc} What is written to a linked table is committed at once, where it is. */
  @Override
  public boolean mayKeepRows(Connection connection) throws SQLException {
    return !Jdbc.queryForText(connection, LINKED_TABLE).isEmpty();
  }
}
