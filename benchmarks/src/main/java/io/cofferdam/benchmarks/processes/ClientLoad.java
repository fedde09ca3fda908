package io.cofferdam.benchmarks.processes;

import io.cofferdam.benchmarks.run.Mix;

/**
 * What clients do, all of them at once for a sample. The times are those of {@link
 * System#nanoTime()}, which reads the one monotonic clock of the machine in every process.
 *
 * @param mix which transactions
 * @param accounts how many accounts there are
 * @param startNanos when the closed loop begins
 * @param openNanos when the window begins
 * @param closeNanos when the window ends, and no more transactions are started
 * @param most how many transactions a client starts at most
 */
record ClientLoad(
    Mix mix, int accounts, long startNanos, long openNanos, long closeNanos, long most) {

  /** Returns a load of so many transactions, none of which is in a window. */
  static ClientLoad warmUp(Mix mix, int accounts, int transactions) {
    long now = System.nanoTime();
    return new ClientLoad(mix, accounts, now, Long.MAX_VALUE, Long.MAX_VALUE, transactions);
  }

  /** Returns the load that a line stands for. */
  static ClientLoad parse(String line) {
    String[] words = line.split(" ", -1);
    return new ClientLoad(
        Mix.valueOf(words[0]),
        Integer.parseInt(words[1]),
        Long.parseLong(words[2]),
        Long.parseLong(words[3]),
        Long.parseLong(words[4]),
        Long.parseLong(words[5]));
  }

  /** Returns a line that stands for it. */
  String line() {
    return "%s %d %d %d %d %d".formatted(mix, accounts, startNanos, openNanos, closeNanos, most);
  }
}
