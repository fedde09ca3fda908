package io.cofferdam.benchmarks.probe;

/**
 * What a probe is.
 *
 * @param kind what is measured
 * @param workers how many workers the executor has
 * @param spares how many warm spares it has
 * @param transactions how many transactions come first
 */
record ProbeSpec(Kind kind, int workers, int spares, int transactions) {

  /** Returns how many processes the executor has. */
  int workersAndSpares() {
    return workers + spares;
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
