package io.cofferdam.internal.settle;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A thread that does each step when its time has come, and sleeps as long as there is none.
 * Thread-safe.
 */
final class StepTimer {

  private final ScheduledThreadPoolExecutor timer;

  StepTimer(String threadName) {
    timer =
        new ScheduledThreadPoolExecutor(
            1, new ThreadFactoryBuilder().setNameFormat(threadName).setDaemon(true).build());
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    // Another thread may close the timer while a step plans the next one, which is then not wanted.
    timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
  }

  /**
   * Starts the thread. Without this it starts with the first step, which may be when the machine
   * has no more threads.
   */
  void start() {
    timer.prestartCoreThread();
  }

  /** Runs the step after a while, unless the timer is closed before. */
  void after(long delayNanos, Runnable step) {
    var unused = timer.schedule(step, Math.max(0, delayNanos), TimeUnit.NANOSECONDS);
  }

  void close() {
    timer.shutdown();
  }
}
