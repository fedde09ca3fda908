package io.cofferdam.internal.worker.outcome;

import java.sql.Connection;
import java.sql.SQLException;

/** Has each transaction that writes leave a row in the ledger, and looks for that afterwards. */
record LedgerTracker(Ledger ledger) implements Tracker {

  @Override
  public void opened(Connection connection) throws SQLException {
    ledger.open(connection);
  }

  /** {@inheritDoc} Where the database can tell, a query leaves a row only if it has written. */
  @Override
  public Trace trace(FinishedWork work) throws SQLException {
    if (work.refusesRows()) {
      return new Trace.NoRow();
    }
    boolean onlyIfWritten = work.commitText != null && !work.effects.wrote();
    return new Trace.Row(ledger, work.request, onlyIfWritten);
  }
}
