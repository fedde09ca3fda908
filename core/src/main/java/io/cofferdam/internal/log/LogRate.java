package io.cofferdam.internal.log;

import java.util.concurrent.TimeUnit;

/**
 * How much may be logged of what one worker causes: some entries in a time; the others are counted.
 * Not thread-safe.
 */
public final class LogRate {

  private final int entries;
  private final long periodNanos;
  private long beganNanos;
  private int logged;
  private long leftOut;

  /** Admits so many entries a period, whose first one begins with the first entry. */
  public LogRate(int entries, long period, TimeUnit unit) {
    this.entries = entries;
    periodNanos = unit.toNanos(period);
  }

  /** Returns whether an entry may be logged now; counts it if not. */
  public boolean admits(long nowNanos) {
    if (logged == 0 || nowNanos - beganNanos >= periodNanos) {
      beganNanos = nowNanos;
      logged = 0;
    }
    if (logged == entries) {
      leftOut++;
      return false;
    }
    logged++;
    return true;
  }

  /** Returns how many entries were left out since it was last asked. */
  public long takeLeftOut() {
    long count = leftOut;
    leftOut = 0;
    return count;
  }
}
