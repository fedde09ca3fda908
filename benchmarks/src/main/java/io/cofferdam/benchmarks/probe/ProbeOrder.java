package io.cofferdam.benchmarks.probe;

import io.cofferdam.testkit.database.TestDatabase;
import java.util.List;

/**
 * The first line that the process of a probe reads.
 *
 * @param kind what is measured
 * @param database where the TPC-B tables are
 * @param accounts how many accounts there are
 * @param workers how many workers the executor has
 * @param spares how many warm spares it has
 * @param transactions how many transactions come first
 * @param settings values for the executor's builder, as {@code method=value}
 */
record ProbeOrder(
    Kind kind,
    TestDatabase database,
    int accounts,
    int workers,
    int spares,
    int transactions,
    List<String> settings) {

  ProbeOrder {
    settings = List.copyOf(settings);
  }

  /** What is measured. */
  enum Kind {
    /** How long a start takes, and the first transactions after it. */
    START,
    /** How much memory is held. */
    MEMORY,
    /** How long a seat is empty after the death of its worker. */
    RECOVERY
  }
}
