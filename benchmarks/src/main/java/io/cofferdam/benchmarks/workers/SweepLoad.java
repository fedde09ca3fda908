package io.cofferdam.benchmarks.workers;

import io.cofferdam.benchmarks.compare.Load;
import io.cofferdam.benchmarks.run.Mix;
import io.cofferdam.benchmarks.run.RunOptions;

/**
 * A load that each number of workers is measured under.
 *
 * @param mix which transactions
 * @param delayMillis how long a round trip to the database takes more; 0 if nothing is between
 * @param warmUp which part of the usual warm-up the processes need before it, given those that they
 *     have run before
 */
record SweepLoad(Mix mix, int delayMillis, double warmUp) {

  private static final int LEAD_IN_MILLIS = 200;

  /** A transaction is some round trips: each worker should have ended one by then. */
  private static final int LEAD_IN_ROUND_TRIPS = 15;

  /** A single worker has to run some transactions within a window. */
  private static final int WINDOW_ROUND_TRIPS = 150;

  /** Returns its name in reports. */
  String title() {
    return mix == Mix.QUERIES ? mix.title() : "%s, %d ms".formatted(mix.title(), delayMillis);
  }

  /** Returns what a contestant is to do. */
  Load load(RunOptions run, int accounts, int clients) {
    return new Load(
        mix,
        accounts,
        clients,
        Load.Style.THREADS,
        LEAD_IN_MILLIS + (long) LEAD_IN_ROUND_TRIPS * delayMillis,
        Math.max(run.windowMillis(), (long) WINDOW_ROUND_TRIPS * delayMillis));
  }

  /** Returns how long a contestant runs it in a round that does not count. */
  long warmUpMillis(RunOptions run) {
    return Math.round(run.warmUpMillis() * warmUp);
  }
}
