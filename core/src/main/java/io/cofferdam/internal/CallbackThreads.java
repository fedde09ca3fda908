package io.cofferdam.internal;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;

/**
 * The threads on which futures complete. A fork-join pool, since it replaces a thread that a
 * callback blocks by joining another future.
 */
final class CallbackThreads {

  private CallbackThreads() {}

  static ForkJoinPool newPool(String executorName) {
    return new ForkJoinPool(
        Math.max(2, Runtime.getRuntime().availableProcessors()),
        pool -> {
          ForkJoinWorkerThread thread =
              ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
          thread.setName(executorName + "-callback-" + thread.getPoolIndex());
          thread.setContextClassLoader(CallbackThreads.class.getClassLoader());
          return thread;
        },
        null,
        true);
  }
}
