package io.cofferdam.benchmarks.blast;

import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What was seen of one fault.
 *
 * @param events what the clients saw
 * @param history the transaction ids in the database, each as often as it is there
 * @param strikeNanos when the fault struck
 * @param endNanos when the application died, or was told to start nothing more
 * @param ended how the application ended
 * @param rateWindow how long throughput is counted
 */
record Observation(
    List<Event> events,
    List<Long> history,
    long strikeNanos,
    long endNanos,
    Ending ended,
    Duration rateWindow) {

  /**
   * How the application ended.
   *
   * @param processes how many processes it had
   * @param dead how many of them the fault killed
   * @param restartSeconds how long it took after the death of all until a new one had served its
   *     first transaction; empty if not all died
   */
  record Ending(int processes, int dead, OptionalDouble restartSeconds) {

    boolean all() {
      return dead == processes;
    }

    /** Returns it in words. */
    String text() {
      if (dead == 0) {
        return "lived";
      }
      return all() ? "died" : "%d of %d processes died".formatted(dead, processes);
    }
  }

  Observation {
    events = List.copyOf(events);
    history = List.copyOf(history);
  }
}
