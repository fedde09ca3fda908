package io.cofferdam.benchmarks.blast;

import io.cofferdam.benchmarks.contestant.ContestantSpec;
import io.cofferdam.testkit.database.TestDatabase;
import org.jspecify.annotations.Nullable;

/**
 * The first line that an application process reads.
 *
 * @param spec how it gets to the database; null if its client has a connection and nothing else
 * @param database where the tables are
 * @param accounts how many accounts there are
 * @param crowd its clients
 * @param fault what goes wrong when it is told so
 * @param log the file for what its clients see
 * @param mark the file for the time of the fault
 */
record BlastOrder(
    @Nullable ContestantSpec spec,
    TestDatabase database,
    int accounts,
    Crowd crowd,
    Fault fault,
    String log,
    String mark) {

  /** Returns whether the contestant itself tells what became of a transaction. */
  boolean tellsOutcome() {
    return spec != null && spec.way().tracking() != null;
  }
}
