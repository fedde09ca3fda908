package io.cofferdam.internal.dialect;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** The texts for the table of the ledger that differ between databases. */
public interface LedgerSql {

  /** Returns the statements that make the table of the ledger, of a name that may be qualified. */
  List<String> definition(String table);

  /** Returns an expression for the time of the database's clock so many seconds from now. */
  String clock(long secondsAhead);

  /**
   * Removes a temporary table that hides the ledger from this session, where the database has such.
   * The guard refuses the name, but does not see what a procedure makes.
   */
  default void uncover(Connection connection, String table) throws SQLException {}
}
