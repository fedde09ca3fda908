package io.cofferdam.benchmarks.queue;

import io.cofferdam.internal.queue.FairQueue;
import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a queue and its threads from time to time: how long the queue is, and how many threads
 * sleep because another one has the lock. Used by one thread.
 */
final class LockWatch {

  private static final long INTERVAL_MILLIS = 5;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final FairQueue queue;
  private final long[] threads;
  private long looks;
  private long waiting;
  private long length;

  /**
   * @param threads those that use the queue; none of them waits for another {@link ReentrantLock}
   */
  LockWatch(FairQueue queue, List<? extends Thread> threads) {
    this.queue = queue;
    this.threads = threads.stream().mapToLong(Thread::getId).toArray();
  }

  /** Looks for some time. */
  void watch(long millis) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    do {
      look();
      Thread.sleep(INTERVAL_MILLIS);
    } while (System.nanoTime() - end < 0);
  }

  private void look() {
    looks++;
    length += queue.size();
    for (ThreadInfo thread : THREADS.getThreadInfo(threads)) {
      if (isAtLock(thread)) {
        waiting++;
      }
    }
  }

  private static boolean isAtLock(@Nullable ThreadInfo thread) {
    LockInfo awaited = thread == null ? null : thread.getLockInfo();
    return awaited != null && awaited.getClassName().startsWith(ReentrantLock.class.getName());
  }

  /** Returns how many threads have waited for the lock on average. */
  double meanWaiting() {
    return (double) waiting / looks;
  }

  /** Returns how many tasks have waited on average. */
  double meanLength() {
    return (double) length / looks;
  }

  /** Returns the processor time that all the threads have used. */
  long cpuNanos() {
    long sum = 0;
    for (long thread : threads) {
      sum += Math.max(0, THREADS.getThreadCpuTime(thread));
    }
    return sum;
  }
}
