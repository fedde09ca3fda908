package io.cofferdam.internal.process;

import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A limited number of places, given in the order in which they were asked for. It limits how many
 * connected workers take tasks: those without a seat are the warm spares, which are connected and
 * wait. It also limits how many processes start at a time.
 *
 * <p>Thread-safe.
 */
public final class Seats {

  /** Somebody who waits for a seat. */
  public interface Waiter {
    /** Is called when the waiter has been given a seat, by the thread that left it. */
    void seated();
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Waiter> waiting = new ArrayDeque<>();
  private int free;

  public Seats(int count) {
    free = count;
  }

  /** Takes a seat, or else joins those who wait for one. */
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

  /** Stops waiting; false if the waiter has been seated and must leave instead. */
  public boolean withdraw(Waiter waiter) {
    lock.lock();
    try {
      return waiting.remove(waiter);
    } finally {
      lock.unlock();
    }
  }

  /** Leaves a seat to whoever waits for one. */
  public void leave() {
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
      next.seated();
    }
  }
}
