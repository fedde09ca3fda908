package io.cofferdam;

/**
 * What the JVM of a worker is tuned for. A profile is a set of JVM flags; {@code workerJvmArgs}
 * come after them and win. The sizing guide has what each costs and gives.
 */
public enum WorkerProfile {
  /**
   * For many workers with short transactions: the young generation has 2 MiB, the heap begins
   * small, and memory that was needed for a moment is given back to the system soon.
   */
  COMPACT,
  /** The young generation has 4 MiB, and native memory that is free is given back to the system. */
  BALANCED,
  /**
   * For a few workers that live long and compute a lot: the optimizing compiler works, too, and the
   * young generation has a third of the heap. A worker needs twice the memory of a balanced one,
   * and some minutes until it is at its fastest.
   */
  THROUGHPUT
}
