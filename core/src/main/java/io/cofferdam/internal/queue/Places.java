package io.cofferdam.internal.queue;

import io.cofferdam.internal.concurrency.ConcurrencyLimit;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many tasks run, and how many may. One that runs for much longer than usual is overdue and
 * does not count, so that it takes nobody's place. A taker whose task is answered is about to take
 * another one; if that has lately taken no longer than it takes to wake a thread, it is worth
 * waiting for, because its process is warm.
 *
 * <p>Guarded by the lock of the {@link FairQueue}, but for {@link #lookNanos} and what {@link
 * Place#answered} counts.
 */
final class Places {

  /** After how long a taker that is still cleaning is not waited for any more. */
  private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private static final int SMOOTHING = 16;

  private final ConcurrencyLimit limit;

  /** How many takers are about to be ready, and waited for. */
  final AtomicInteger cleaning = new AtomicInteger();

  private int counted;
  private int overdue;

  /** How long a cleaning has taken on average. Written under the lock. */
  volatile long cleaningNanos;

  Places(ConcurrencyLimit limit) {
    this.limit = limit;
  }

  /** Returns whether one more task may run. */
  boolean isFree() {
    return counted < limit.limit();
  }

  /** Returns how many tasks are better left to takers that are about to be ready. */
  int soonReady() {
    return cleaning.get();
  }

  /** Notes that a task is given to a taker. */
  void enter(Place place) {
    place.occupied = true;
    place.overdue = false;
    place.answered = false;
    place.succeeded = false;
    place.takenNanos = System.nanoTime();
    counted++;
  }

  /** Notes that the taker is ready for another task, if it had one. */
  void leave(Place place, int waiting) {
    if (!place.occupied) {
      return;
    }
    long now = System.nanoTime();
    if (place.answered) {
      long took = Math.min(LATE_NANOS, now - place.answeredNanos);
      long before = cleaningNanos;
      cleaningNanos = before + (took - before) / SMOOTHING;
    }
    long tookNanos = now - place.takenNanos;
    release(place);
    limit.completed(
        now, tookNanos, place.succeeded, new ConcurrencyLimit.Others(counted, overdue, waiting));
  }

  /** Notes that the taker's task does not run there any more, or that its place is given up. */
  void release(Place place) {
    if (!place.occupied) {
      return;
    }
    stopWaitingFor(place);
    place.occupied = false;
    if (place.overdue) {
      overdue--;
    } else {
      counted--;
    }
  }

  /** Returns when {@link #late} is to be called for a taker that is watched. */
  long lookNanos(Place place) {
    return place.answered
        ? place.answeredNanos + LATE_NANOS
        : place.takenNanos + limit.overdueNanos();
  }

  /** Notes that the task of the taker runs for too long, or its cleaning. */
  void late(Place place) {
    if (!place.isWatched()) {
      return;
    }
    if (place.answered) {
      stopWaitingFor(place);
    } else {
      place.overdue = true;
      overdue++;
      counted--;
      limit.overdue(System.nanoTime(), overdue);
    }
  }

  void resize(int workers) {
    limit.resize(System.nanoTime(), workers);
  }

  private void stopWaitingFor(Place place) {
    if (place.cleaning) {
      place.cleaning = false;
      cleaning.decrementAndGet();
    }
  }
}
