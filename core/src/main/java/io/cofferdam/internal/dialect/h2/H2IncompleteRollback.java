package io.cofferdam.internal.dialect.h2;

import io.cofferdam.internal.dialect.Jdbc;
import io.cofferdam.internal.dialect.generic.GenericIncompleteRollback;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * H2 commits at once what is written to a linked table, and lets the code of table engines,
 * functions and triggers commit.
 */
final class H2IncompleteRollback extends GenericIncompleteRollback {

  /** Tables that are linked, or of an engine that is not H2's own. */
  private static final String FOREIGN_TABLE =
      "SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES WHERE STORAGE_TYPE = 'TABLE LINK'"
          + " OR TABLE_CLASS NOT LIKE 'org.h2.%' FETCH FIRST ROW ONLY";

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

  /**
   * {@inheritDoc}
   *
   * <p>What is written to a linked table is committed at once, where it is. The engine of a table
   * may do the same, or commit the transaction.
   */
  @Override
  public boolean mayKeepRows(Connection connection) throws SQLException {
    return !Jdbc.queryForText(connection, FOREIGN_TABLE).isEmpty();
  }

  @Override
  public boolean mayEndUnseen(Connection connection) throws SQLException {
    return !Jdbc.queryForText(connection, JAVA_CODE).isEmpty();
  }
}
