package io.cofferdam.internal.dialect;

import java.util.List;

/** The texts for the table of the ledger that differ between databases. */
public interface LedgerSql {

  /** Returns the statements that make the table of the ledger, of a name that may be qualified. */
  List<String> definition(String table);

  /** Returns an expression for the time of the database's clock so many seconds from now. */
  String clock(long secondsAhead);
}
