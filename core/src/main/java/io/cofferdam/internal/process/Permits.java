package io.cofferdam.internal.process;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A limited number of permits, given in the order in which they were asked for. It limits how many
 * connected workers take tasks: those without a permit are the warm spares, which are connected and
 * wait. It also limits how many processes start at a time.
 *
 * <p>The number can change. If it becomes smaller than the permits that are held, those that come
 * back are not given on until it fits again; see {@link #isOverdrawn}.
 *
 * <p>Thread-safe.
 */
public final class Permits {

  /** One that waits for a permit. */
  public interface Waiter {
    /** Is called when the waiter has been given a permit, by the thread that made it free. */
    void granted();
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Waiter> waiting = new ArrayDeque<>();

  /** Negative while more are held than there are. */
  private int free;

  /** Written under the lock, like {@code overdrawn}. */
  private volatile int count;

  private volatile boolean overdrawn;

  public Permits(int count) {
    this.count = count;
    free = count;
  }

  /** Returns how many permits there are, held or not. */
  public int count() {
    return count;
  }

  /**
   * Returns whether more permits are held than there are, so that a holder that is idle should give
   * its own back. Without the lock: if several do, the next in line is given what was too many.
   */
  public boolean isOverdrawn() {
    return overdrawn;
  }

  /** Changes how many permits there are. Those that are free now go to those that wait. */
  public void resize(int newCount) {
    List<Waiter> granted;
    lock.lock();
    try {
      granted = free(newCount - count);
      count = newCount;
    } finally {
      lock.unlock();
    }
    granted.forEach(Waiter::granted);
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

  /** Gives a permit back, to the one that has waited longest unless it was one too many. */
  public void release() {
    List<Waiter> granted;
    lock.lock();
    try {
      granted = free(1);
    } finally {
      lock.unlock();
    }
    granted.forEach(Waiter::granted);
  }

  /** Makes some more permits free, or takes as many away; returns who is given one. */
  private List<Waiter> free(int more) {
    free += more;
    List<Waiter> granted = new ArrayList<>();
    while (free > 0 && !waiting.isEmpty()) {
      free--;
      granted.add(waiting.removeFirst());
    }
    overdrawn = free < 0;
    return granted;
  }
}
