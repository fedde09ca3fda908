package io.cofferdam.internal.queue;

import java.util.concurrent.TimeUnit;

/**
 * What a queue knows of a taker: whether it runs a task, since when, and whether that is answered.
 *
 * <p>A task is given under the lock of the {@link FairQueue}. From then on only the taker's own
 * thread changes this, so that thread reads it without the lock.
 */
public final class Place {

  /** How long a cleaning may take on average that is worth waiting for. */
  private static final long HOT_NANOS = TimeUnit.MICROSECONDS.toNanos(300);

  private final Places places;

  boolean occupied;

  /** Whether the task has run for so long that it does not count. */
  boolean overdue;

  /** Whether the taker is waited for, because it is about to take another task. */
  boolean cleaning;

  boolean answered;
  boolean succeeded;
  long takenNanos;
  long answeredNanos;

  Place(Places places) {
    this.places = places;
  }

  /**
   * Notes, by the taker's own thread, that its task is about to be answered.
   *
   * @param succeeded whether something was achieved
   */
  public void answered(boolean succeeded) {
    if (occupied) {
      this.succeeded = succeeded;
      answered = true;
      answeredNanos = System.nanoTime();
      cleaning = places.cleaningNanos < HOT_NANOS;
      if (cleaning) {
        // The caller may give its next task at once. It finds this, and the task is queued; the
        // taker takes it under the lock before it is seen as idle, so it is not forgotten.
        places.cleaning.incrementAndGet();
      }
    }
  }

  /** Returns when {@link FairQueue#late} is to be called, as long as this is watched. */
  public long lookNanos() {
    return places.lookNanos(this);
  }

  /** Returns whether a task was taken that is neither overdue nor late. */
  public boolean isWatched() {
    return occupied && (answered ? cleaning : !overdue);
  }
}
