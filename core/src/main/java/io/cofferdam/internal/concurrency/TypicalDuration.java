package io.cofferdam.internal.concurrency;

/**
 * A running median of durations: each one moves it by the same small factor, up or down. A few that
 * are very long hardly change it, and a new kind of task shows within some dozens.
 */
final class TypicalDuration {

  private static final double STEP = 1.05;
  private static final double LEAST_NANOS = 1_000;

  private double nanos;

  TypicalDuration(long firstNanos) {
    nanos = firstNanos;
  }

  void add(long tookNanos) {
    nanos = tookNanos > nanos ? nanos * STEP : Math.max(LEAST_NANOS, nanos / STEP);
  }

  long nanos() {
    return (long) nanos;
  }
}
