package io.cofferdam.internal.process;

import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A limited number of permits, given in the order in which they were asked for. It limits how many
 * connected workers take tasks: those without a permit are the warm spares, which are connected and
 * wait. It also limits how many processes start at a time.
 *
 * <p>Thread-safe.
 */
public final class Permits {

  /** One that waits for a permit. */
  public interface Waiter {
    /** Is called when the waiter has been given a permit, by the thread that gave it back. */
    void granted();
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Waiter> waiting = new ArrayDeque<>();
  private int free;

  public Permits(int count) {
    free = count;
  }

  /** Takes a permit, or else joins those who wait for one. */
  public boolean takeOrWait(Waiter waiter) {
    lock.lock();
    try {
      if (free > 0) {
        free--;
        return true;
      }
      waiting.addLast(waiter);
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Stops waiting; false if the waiter has been granted a permit and must release it instead. */
  public boolean withdraw(Waiter waiter) {
    lock.lock();
    try {
      return waiting.remove(waiter);
    } finally {
      lock.unlock();
    }
  }

  /** Gives a permit back, to the one that has waited longest. */
  public void release() {
    Waiter next;
    lock.lock();
    try {
      next = waiting.pollFirst();
      if (next == null) {
        free++;
      }
    } finally {
      lock.unlock();
    }
    if (next != null) {
      next.granted();
    }
  }
}
