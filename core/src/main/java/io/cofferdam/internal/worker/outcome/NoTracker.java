package io.cofferdam.internal.worker.outcome;

import java.sql.SQLException;

/** Tracks nothing: a commit in doubt stays so. */
record NoTracker() implements Tracker {

  @Override
  public Trace trace(FinishedWork work) throws SQLException {
    return new Trace.Untracked(work.executedNothing());
  }
}
