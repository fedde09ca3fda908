package io.cofferdam.internal.supervise;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * How long a slot waits before its next process: not at all after a worker that did its work,
 * exponentially longer after each one that failed before it did any, and at least half a second
 * while the executor is degraded. Half of each delay is jitter, so that slots do not start in step.
 */
final class Backoff {

  private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LAST_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long DEGRADED_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final RandomGenerator random;
  private int failures;

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  /** Notes that a worker ended without having done anything. */
  void failed() {
    failures++;
  }

  /** Notes that a worker did its work. */
  void worked() {
    failures = 0;
  }

  long nextDelayNanos(boolean degraded) {
    long delay =
        failures == 0 ? 0 : Math.min(LAST_NANOS, FIRST_NANOS << Math.min(failures - 1, 20));
    if (degraded) {
      delay = Math.max(delay, DEGRADED_NANOS);
    }
    return delay == 0 ? 0 : delay / 2 + random.nextLong(delay / 2);
  }
}
