package io.cofferdam.benchmarks.processes;

/**
 * What it took to start clients.
 *
 * @param before how many clients there were
 * @param after how many there were then
 * @param nanos how long it took, in nanoseconds
 * @param clientNanos processor time of the started processes, in nanoseconds
 * @param serverNanos processor time of the database server
 */
record Starts(int before, int after, long nanos, long clientNanos, long serverNanos) {

  /** Returns how many were started. */
  int number() {
    return after - before;
  }
}
