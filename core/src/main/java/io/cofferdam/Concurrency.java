package io.cofferdam;

/** How many of its workers an executor gives tasks at a time. */
public enum Concurrency {
  /**
   * As many as the load needs: the executor measures at which number the throughput no longer
   * rises, and follows when that changes. It starts with all workers, and uses fewer once it has
   * seen that these do as much. Only the number is limited: waiting stays fair over client handles.
   */
  ADAPTIVE,
  /** All of them, as soon as there are as many tasks. */
  FIXED
}
