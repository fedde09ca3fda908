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
   */
  record Measure(double logRate, double logPopulation, double use, double heldBack) {

    /** Returns whether there was as much to do as the limit allows. */
    boolean isFull() {
      return use >= 0.75 && heldBack >= 0.5;
    }

    /** Returns whether tasks had to wait now and then, though more could have been done. */
    boolean hasSlack() {
      return use < 0.75 && heldBack >= 0.1;
    }
  }

  private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(40);

  /** How many turns of all that the limit allows make a window long enough. */
  private static final int LEAST_TURNS = 4;

  private static final int LEAST_TASKS = 16;

  private final int limit;
  private final long startedNanos;
  private int completed;
  private int succeeded;
  private int heldBack;
  private double tookNanos;
  private double population;

  Window(int limit, long startedNanos) {
    this.limit = limit;
    this.startedNanos = startedNanos;
  }

  /** Counts a task; see {@link ConcurrencyLimit#completed}. */
  void add(long took, boolean success, Others others) {
    completed++;
    succeeded += success ? 1 : 0;
    int running = others.counted() + others.overdue() + 1;
    heldBack += others.waiting() > 0 && running >= limit ? 1 : 0;
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
        (double) heldBack / completed);
  }
}
