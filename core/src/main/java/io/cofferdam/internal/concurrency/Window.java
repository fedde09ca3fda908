package io.cofferdam.internal.concurrency;

import io.cofferdam.internal.concurrency.ConcurrencyLimit.Others;
import java.util.concurrent.TimeUnit;

/** What is counted during a stretch of time in which the limit stays the same. */
final class Window {

  /**
   * What was seen in a window.
   *
   * @param logRate the logarithm of the tasks that succeeded per nanosecond
   * @param logPopulation the logarithm of how many tasks there were on average, running or waiting
   * @param use how much of what the limit allows was used
   * @param heldBack at how many of the ends of tasks others waited for one
   * @param longer how many of the tasks took much longer than before
   */
  record Measure(double logRate, double logPopulation, double use, double heldBack, double longer) {

    /** Returns whether there was as much to do as the limit allows. */
    boolean isFull() {
      return use >= 0.75 && heldBack >= 0.5;
    }

    /** Returns whether tasks had to wait now and then, though more could have been done. */
    boolean hasSlack() {
      return use < 0.75 && heldBack >= 0.1;
    }
  }

  private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** How many turns of all that the limit allows make a window long enough. */
  private static final int LEAST_TURNS = 4;

  private static final int LEAST_TASKS = 16;

  private final int limit;
  private final long startedNanos;
  private final long longNanos;
  private int completed;
  private int succeeded;
  private int heldBack;
  private int longer;
  private double tookNanos;
  private double population;

  /**
   * Begins a window.
   *
   * @param longNanos what is much longer than tasks took before
   */
  Window(int limit, long startedNanos, long longNanos) {
    this.limit = limit;
    this.startedNanos = startedNanos;
    this.longNanos = longNanos;
  }

  /** Counts a task; see {@link ConcurrencyLimit#completed}. */
  void add(long took, boolean success, Others others) {
    completed++;
    succeeded += success ? 1 : 0;
    int running = others.counted() + others.overdue() + 1;
    heldBack += others.waiting() > 0 && running >= limit ? 1 : 0;
    longer += took > longNanos ? 1 : 0;
    tookNanos += took;
    population += running + others.waiting();
  }

  boolean isOver(long nowNanos) {
    return completed >= Math.max(LEAST_TASKS, LEAST_TURNS * limit)
        && nowNanos - startedNanos >= LEAST_NANOS;
  }

  /** Returns what was seen; the rate is 0 if nothing has succeeded. */
  Measure measure(long nowNanos) {
    double elapsed = nowNanos - startedNanos;
    return new Measure(
        Math.log(succeeded / elapsed),
        Math.log(population / completed),
        tookNanos / (limit * elapsed),
        (double) heldBack / completed,
        (double) longer / completed);
  }
}
