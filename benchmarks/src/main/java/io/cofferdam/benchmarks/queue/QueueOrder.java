package io.cofferdam.benchmarks.queue;

/**
 * What the process of the queue is to measure once.
 *
 * @param kind what is measured
 * @param handles how many client handles there are
 * @param takers how many workers there are, none of which is a process
 * @param producers how many threads offer tasks, if the queue is kept full
 * @param rate how many tasks a second are offered, in an open loop
 * @param taskBytes how long the encoded form of a task is
 * @param millis how long is measured
 */
record QueueOrder(
    Kind kind, int handles, int takers, int producers, int rate, int taskBytes, long millis) {

  /** What is measured. */
  enum Kind {
    /** One thread does all; each task waits behind one of each other handle. */
    WAITING,
    /** One thread does all; each task finds an idle taker. */
    HANDED_OVER,
    /** Threads offer as much as the queue takes; a thread for each taker answers at once. */
    SATURATED,
    /** Tasks come at random, however many wait, and take workers some time. */
    OPEN_LOOP,
    /** What handles and waiting tasks take of the heap. */
    HEAP
  }
}
