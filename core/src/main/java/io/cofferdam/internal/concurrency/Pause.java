package io.cofferdam.internal.concurrency;

import java.util.concurrent.TimeUnit;

/** When to try again what was of no use: twice as much later each time. */
final class Pause {

  private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final long mostNanos;
  private long nextNanos;
  private long pauseNanos = FIRST_NANOS;

  Pause(long nowNanos, long mostNanos) {
    nextNanos = nowNanos;
    this.mostNanos = mostNanos;
  }

  boolean isOver(long nowNanos) {
    return nowNanos - nextNanos >= 0;
  }

  /** Notes that a trial was of no use. */
  void failed(long nowNanos) {
    nextNanos = nowNanos + pauseNanos;
    pauseNanos = Math.min(mostNanos, 2 * pauseNanos);
  }

  /** Begins anew, with the shortest pause after a time. */
  void restart(long nowNanos, long afterNanos) {
    nextNanos = nowNanos + afterNanos;
    pauseNanos = FIRST_NANOS;
  }
}
