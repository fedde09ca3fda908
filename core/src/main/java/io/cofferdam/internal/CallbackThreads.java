package io.cofferdam.internal;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The threads on which futures complete, and on which the callers' callbacks run: a few, and more
 * whenever all of them are blocked, so that the callbacks of one client do not keep the futures of
 * another from completing. What bounds them is that each is held by a callback of its own that does
 * not return, and {@link #MOST} together.
 *
 * <p>Thread-safe.
 */
final class CallbackThreads implements Executor {

  private static final int FEW = Math.max(2, Runtime.getRuntime().availableProcessors());
  private static final int MOST = 2_000;
  private static final long IDLE_SECONDS = 10;
  private static final Executor LATER =
      CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS, Runnable::run);

  private final BlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicBoolean watching = new AtomicBoolean();
  private final AtomicInteger threads = new AtomicInteger();
  private final ThreadPoolExecutor pool;
  private volatile @Nullable Runnable firstBefore;

  CallbackThreads(String executorName) {
    pool =
        new ThreadPoolExecutor(
            FEW,
            MOST,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            waiting,
            callback -> {
              Thread thread =
                  new Thread(callback, executorName + "-callback-" + threads.incrementAndGet());
              thread.setDaemon(true);
              thread.setContextClassLoader(CallbackThreads.class.getClassLoader());
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
  }

  @Override
  public void execute(Runnable callback) {
    int ahead = open.getAndIncrement();
    pool.execute(
        () -> {
          try {
            callback.run();
          } finally {
            open.decrementAndGet();
          }
        });
    if (ahead >= FEW) {
      watch();
    }
  }

  /** Lets the callbacks that were given be run, and then ends the threads. */
  void shutdown() {
    pool.shutdown();
  }

  private void watch() {
    if (!watching.get() && watching.compareAndSet(false, true)) {
      LATER.execute(this::look);
    }
  }

  /** Adds threads if none has taken a callback since the last look. */
  private void look() {
    Runnable first = waiting.peek();
    try {
      boolean blocked = first != null && first == firstBefore;
      int size = blocked ? Math.min(MOST, 2 * Math.max(FEW, pool.getPoolSize())) : FEW;
      if (size != pool.getCorePoolSize()) {
        pool.setCorePoolSize(size);
      }
    } finally {
      firstBefore = first;
      watching.set(false);
      if (!waiting.isEmpty()) {
        watch();
      }
    }
  }
}
