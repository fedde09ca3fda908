package io.cofferdam.benchmarks.switches;

/** Memory that a player touches whenever it has the turn. */
final class WorkingSet {

  /** The largest working set, in bytes. */
  static final int MAX_BYTES = 4 << 20;

  /** The numbers in a cache line of 64 bytes. */
  private static final int LINE = 64 / Long.BYTES;

  private final long[] cells = new long[MAX_BYTES / Long.BYTES];

  /**
   * Reads and writes a number in each cache line, in ascending order.
   *
   * @param bytes how much of it is touched
   */
  void walk(int bytes) {
    int end = bytes / Long.BYTES;
    for (int i = 0; i < end; i += LINE) {
      cells[i]++;
    }
  }
}
