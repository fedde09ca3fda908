package io.cofferdam.internal.supervise;

import com.google.common.collect.EvictingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Watches how often workers crash: more than the limit within the period means degraded, as in an
 * OTP supervisor, except that a degraded executor only restarts more slowly. It never gives up.
 *
 * <p>Thread-safe, under its monitor.
 */
final class RestartIntensity {

  private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(60);

  private static final long MOMENT_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final EvictingQueue<Long> crashes;
  private final int limit;

  /** Allows as many crashes a minute as five for each worker, and thirty at least. */
  RestartIntensity(int workers) {
    limit = Math.max(30, 5 * workers);
    crashes = EvictingQueue.create(limit + 1);
  }

  /** Notes a crash; returns true if this one passed the limit. */
  synchronized boolean crashed(long nowNanos) {
    boolean before = isDegraded(nowNanos);
    crashes.add(nowNanos);
    return !before && isDegraded(nowNanos);
  }

  /** Tells whether the limit is passed. */
  synchronized boolean isDegraded(long nowNanos) {
    Long oldest = crashes.peek();
    return crashes.size() > limit && oldest != null && nowNanos - oldest < PERIOD_NANOS;
  }

  /**
   * Tells whether more workers have crashed within the last ten seconds than that. No more than
   * {@link #limit()} and one are counted.
   */
  synchronized boolean isAbove(int count, long nowNanos) {
    return crashes.stream().filter(crash -> nowNanos - crash < MOMENT_NANOS).count() > count;
  }

  int limit() {
    return limit;
  }
}
