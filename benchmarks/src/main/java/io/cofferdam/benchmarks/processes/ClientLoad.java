package io.cofferdam.benchmarks.processes;

import io.cofferdam.benchmarks.run.Mix;

/**
 * What all clients do at once for one sample. The times are those of {@link System#nanoTime()},
 * which reads the one monotonic clock of the machine in every process.
 *
 * @param mix which transactions
 * @param accounts how many accounts there are
 * @param startNanos when the closed loop begins
 * @param openNanos when the window begins
 * @param closeNanos when the window ends, and no more transactions are started
 */
record ClientLoad(Mix mix, int accounts, long startNanos, long openNanos, long closeNanos) {

  /** Returns the load that a line stands for. */
  static ClientLoad parse(String line) {
    String[] words = line.split(" ", -1);
    return new ClientLoad(
        Mix.valueOf(words[0]),
        Integer.parseInt(words[1]),
        Long.parseLong(words[2]),
        Long.parseLong(words[3]),
        Long.parseLong(words[4]));
  }

  /** Returns a line that stands for it. */
  String line() {
    return "%s %d %d %d %d".formatted(mix, accounts, startNanos, openNanos, closeNanos);
  }
}
