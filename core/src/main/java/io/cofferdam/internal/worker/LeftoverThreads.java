package io.cofferdam.internal.worker;

import io.cofferdam.internal.dialect.Dialect;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds threads that tasks have left running. Tasks run in a thread group of their own, which the
 * threads that they start inherit. Threads of the driver and idle ones of the common pool do not
 * count; virtual threads cannot be seen, and are stopped by the gate alone.
 */
final class LeftoverThreads {

  private static final long PATIENCE_MILLIS = 50;

  private final ThreadGroup group;
  private final Dialect dialect;

  LeftoverThreads(ThreadGroup group, Dialect dialect) {
    this.group = group;
    this.dialect = dialect;
  }

  /** Tells whether there is any. To be called by the task thread. */
  boolean any() {
    return group.activeCount() > 1 && !find().isEmpty();
  }

  /** Names the threads that do not end shortly, or returns null if there are none. */
  @Nullable String describe() {
    if (!any()) {
      return null;
    }
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    for (Thread thread : find()) {
      long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
      if (left > 0) {
        join(thread, left);
      }
    }
    List<Thread> left = find();
    return left.isEmpty()
        ? null
        : "a task left threads running: "
            + left.stream().map(Thread::getName).collect(Collectors.joining(", "));
  }

  private List<Thread> find() {
    Thread[] threads = new Thread[group.activeCount() + 8];
    int count = group.enumerate(threads, true);
    List<Thread> found = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Thread thread = threads[i];
      if (thread != Thread.currentThread() && !dialect.isDriverThread(thread) && !isIdle(thread)) {
        found.add(thread);
      }
    }
    return found;
  }

  private static boolean isIdle(Thread thread) {
    return thread instanceof ForkJoinWorkerThread worker
        && worker.getPool() == ForkJoinPool.commonPool()
        && ForkJoinPool.commonPool().isQuiescent();
  }

  private static void join(Thread thread, long millis) {
    try {
      thread.join(millis);
    } catch (InterruptedException e) {
      System.err.println("interrupted by a thread that a task left running");
    }
  }
}
