package io.cofferdam.internal.supervise;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * Watches how often workers crash: more than the limit within the period means degraded, as in an
 * OTP supervisor, except that a degraded executor only restarts more slowly. It never gives up.
 *
 * <p>Thread-safe, under its monitor.
 */
final class RestartIntensity {

  private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(60);

  private static final long MOMENT_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final ArrayDeque<Long> crashes = new ArrayDeque<>();
  private final IntSupplier workers;

  /** Allows as many crashes a minute as five for each worker, and thirty at least. */
  RestartIntensity(IntSupplier workers) {
    this.workers = workers;
  }

  /** Notes a crash; returns true if this one passed the limit. */
  synchronized boolean crashed(long nowNanos) {
    boolean before = isDegraded(nowNanos);
    crashes.addLast(nowNanos);
    while (crashes.size() > limit() + 1) {
      crashes.removeFirst();
    }
    return !before && isDegraded(nowNanos);
  }

  /** Returns whether the limit is passed. */
  synchronized boolean isDegraded(long nowNanos) {
    Long oldest = crashes.peekFirst();
    return crashes.size() > limit() && oldest != null && nowNanos - oldest < PERIOD_NANOS;
  }

  /**
   * Returns whether more workers have crashed within the last ten seconds than that. No more than
   * {@link #limit()} and one are counted.
   */
  synchronized boolean isAbove(int count, long nowNanos) {
    return crashes.stream().filter(crash -> nowNanos - crash < MOMENT_NANOS).count() > count;
  }

  int limit() {
    return Math.max(30, 5 * workers.getAsInt());
  }
}
