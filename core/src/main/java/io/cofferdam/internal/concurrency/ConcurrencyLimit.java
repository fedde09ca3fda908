package io.cofferdam.internal.concurrency;

import io.cofferdam.ExecutorSnapshot.ConcurrencyReason;

/**
 * Decides how many tasks run at a time. The getters may be called by any thread, the rest by one at
 * a time.
 */
public interface ConcurrencyLimit {

  /** Returns how many tasks may run at a time now; at least one. */
  int limit();

  /** Returns the number that was found to be best; another one may be tried for a moment. */
  int chosen();

  /** Returns why it is this number. */
  ConcurrencyReason reason();

  /** Returns after how long a task that still runs is overdue, and does not count any more. */
  long overdueNanos();

  /**
   * Takes in that a task has ended and its worker is ready again.
   *
   * @param tookNanos how long the worker was occupied
   * @param succeeded whether something was achieved: not if the same has to be tried again
   * @param others what there is beside it
   */
  void completed(long nowNanos, long tookNanos, boolean succeeded, Others others);

  /**
   * The tasks that there are beside one that has ended.
   *
   * @param counted how many run and count
   * @param overdue how many run and are overdue
   * @param waiting how many wait, and could run at once
   */
  record Others(int counted, int overdue, int waiting) {}

  /**
   * Takes in that a task is overdue.
   *
   * @param overdue how many are, with this one
   */
  void overdue(long nowNanos, int overdue);

  /** Takes in that there is another number of workers. */
  void resize(long nowNanos, int workers);
}
