package io.cofferdam.internal.worker.outcome;

import io.cofferdam.internal.dialect.TransactionIds;
import java.sql.SQLException;

/** Notes the id that the database has given to a transaction, and asks for it afterwards. */
record TransactionIdTracker(TransactionIds ids) implements Tracker {

  /** {@inheritDoc} A transaction that the driver has begun by itself is marked first. */
  @Override
  public Trace trace(FinishedWork work) throws SQLException {
    boolean marked = !work.transaction.needsNoMark();
    if (marked) {
      work.transaction.begin();
    }
    return new Trace.Id(ids, work.session.id(), ids.current(work.connection, marked));
  }
}
