package io.cofferdam.benchmarks.compare;

import io.cofferdam.benchmarks.contestant.ContestantSpec;
import io.cofferdam.testkit.database.TestDatabase;

/**
 * The first line that the process of a contestant reads.
 *
 * @param spec what it is
 * @param database where the tables are
 */
record ContestantOrder(ContestantSpec spec, TestDatabase database) {}
