package io.cofferdam.internal.queue;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The takers that wait for a task, the one that was busy last first. Guarded by the lock of the
 * {@link FairQueue}.
 */
final class IdleTakers {

  private final ArrayDeque<Taker> takers = new ArrayDeque<>();

  void add(Taker taker) {
    takers.addFirst(taker);
  }

  @Nullable Taker poll() {
    return takers.pollFirst();
  }

  /** Returns false if it was not idle. */
  boolean remove(Taker taker) {
    return takers.removeFirstOccurrence(taker);
  }

  int count() {
    return takers.size();
  }
}
