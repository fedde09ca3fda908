package io.cofferdam.internal.dialect.h2;

import io.cofferdam.internal.dialect.Jdbc;
import io.cofferdam.internal.dialect.generic.GenericIncompleteRollback;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * H2 commits at once what is written to a linked table, and lets the code of functions and triggers
 * commit.
 */
final class H2IncompleteRollback extends GenericIncompleteRollback {

  private static final String LINKED_TABLE =
      "SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES WHERE STORAGE_TYPE = 'TABLE LINK'"
          + " FETCH FIRST ROW ONLY";

  /** Functions of the JDK do not commit. */
  private static final String JAVA_CODE =
      "SELECT 1 FROM INFORMATION_SCHEMA.ROUTINES WHERE EXTERNAL_NAME IS NULL"
          + " OR (EXTERNAL_NAME NOT LIKE 'java.lang.%' AND EXTERNAL_NAME NOT LIKE 'java.util.%')"
          + " UNION ALL SELECT 1 FROM INFORMATION_SCHEMA.TRIGGERS"
          + " FETCH FIRST ROW ONLY";

  @Override
  public boolean isPossible() {
    return true;
  }

  @Override
  public boolean keptRowsAtEnd(Connection connection) throws SQLException {
    return mayKeepRows(connection);
  }

  /** {@inheritDoc} What is written to a linked table is committed at once, where it is. */
  @Override
  public boolean mayKeepRows(Connection connection) throws SQLException {
    return !Jdbc.queryForText(connection, LINKED_TABLE).isEmpty();
  }

  @Override
  public boolean mayEndUnseen(Connection connection) throws SQLException {
    return !Jdbc.queryForText(connection, JAVA_CODE).isEmpty();
  }
}
