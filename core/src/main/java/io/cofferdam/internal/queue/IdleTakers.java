package io.cofferdam.internal.queue;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The takers that wait for a task, the one that was busy last first. Guarded by the lock of the
 * {@link FairQueue}, but for {@link #count}.
 */
final class IdleTakers {

  private final ArrayDeque<Taker> takers = new ArrayDeque<>();
  private volatile int count;

  void add(Taker taker) {
    takers.addFirst(taker);
    count = takers.size();
  }

  @Nullable Taker poll() {
    Taker taker = takers.pollFirst();
    count = takers.size();
    return taker;
  }

  /** Returns false if it was not idle. */
  boolean remove(Taker taker) {
    boolean removed = takers.removeFirstOccurrence(taker);
    count = takers.size();
    return removed;
  }

  /** Returns how many there are; may be called without the lock, and has just changed then. */
  int count() {
    return count;
  }
}
