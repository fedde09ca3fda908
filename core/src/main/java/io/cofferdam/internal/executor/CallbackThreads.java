package io.cofferdam.internal.executor;

import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The threads on which futures complete, and on which the callers' callbacks run: a few, and one
 * more for each that is held by a callback which blocks, so that the callbacks of one client do not
 * keep the futures of another from completing. A long line of callbacks is no reason for more
 * threads: they would only compete for the same processors.
 *
 * <p>A callback blocks if its thread waits at two looks in a row, or if it takes longer than a
 * second, whatever it does; it is looked at only while others wait. {@link #MOST} bounds the
 * threads.
 *
 * <p>Thread-safe.
 */
final class CallbackThreads implements Executor {

  static final int FEW = Math.max(2, Runtime.getRuntime().availableProcessors());

  private static final int MOST = 2_000;
  private static final long IDLE_SECONDS = 10;
  private static final long LONG_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Executor LATER =
      CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS, Runnable::run);

  private final String threadName;
  private final ThreadFactory factory;
  private final BlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>();
  private final Set<Runner> runners = ConcurrentHashMap.newKeySet();
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger idle = new AtomicInteger();
  private final AtomicInteger started = new AtomicInteger();
  private final AtomicBoolean watching = new AtomicBoolean();
  private volatile int allowed = FEW;
  private volatile boolean shutDown;

  CallbackThreads(String executorName) {
    this(executorName, Thread::new);
  }

  /** Creates one whose threads are made by {@code factory}. */
  CallbackThreads(String executorName, ThreadFactory factory) {
    threadName = executorName + "-callback-";
    this.factory = factory;
  }

  @Override
  public void execute(Runnable callback) {
    waiting.add(callback);
    if (idle.get() == 0 && !start()) {
      watch();
    }
  }

  /** Lets the callbacks that were given be run, and then ends the threads. */
  void shutdown() {
    shutDown = true;
    for (int i = running.get(); i > 0; i--) {
      waiting.add(() -> {});
    }
  }

  /** Returns how many threads have been started. */
  int started() {
    return started.get();
  }

  /** Starts a thread, unless there are as many as may be, or the machine has no more. */
  private boolean start() {
    int now;
    do {
      now = running.get();
      if (now >= allowed) {
        return false;
      }
    } while (!running.compareAndSet(now, now + 1));
    Thread thread = factory.newThread(new Runner());
    thread.setName(threadName + started.incrementAndGet());
    thread.setDaemon(true);
    thread.setContextClassLoader(CallbackThreads.class.getClassLoader());
    try {
      thread.start();
      return true;
    } catch (OutOfMemoryError e) {
      running.decrementAndGet();
      return false;
    }
  }

  private void watch() {
    if (!watching.get() && watching.compareAndSet(false, true)) {
      try {
        LATER.execute(this::look);
      } catch (OutOfMemoryError e) {
        // The JDK has no thread for this, either: the next callback, or the end of one, looks
        // again.
        watching.set(false);
      }
    }
  }

  /** Counts the runners that are blocked, and lets as many others run in their place. */
  private void look() {
    try {
      long now = System.nanoTime();
      int seen = 0;
      int blocked = 0;
      for (Runner runner : runners) {
        seen++;
        blocked += runner.isBlocked(now) ? 1 : 0;
      }
      int more = seen == blocked ? Math.max(FEW, blocked) : FEW;
      allowed = waiting.isEmpty() ? FEW : Math.min(MOST, blocked + more);
      int wanted = Math.max(0, allowed - running.get());
      for (Runnable unused : waiting) {
        if (wanted-- <= 0 || !start()) {
          break;
        }
      }
    } finally {
      watching.set(false);
      if (!waiting.isEmpty()) {
        watch();
      }
    }
  }

  /** What a thread does: it runs callbacks until none has come for a while. */
  private final class Runner implements Runnable {

    private volatile @Nullable Thread thread;
    private volatile boolean inCallback;
    private volatile long finished;

    private long finishedAtLook = -1;
    private long sinceNanos;
    private boolean waitedAtLook;

    @Override
    public void run() {
      thread = Thread.currentThread();
      runners.add(this);
      try {
        Runnable callback;
        while (running.get() <= allowed && (callback = next()) != null) {
          run(callback);
        }
      } finally {
        runners.remove(this);
        running.decrementAndGet();
        // A callback that came after the last poll may have found this thread idle.
        if (!waiting.isEmpty() && !start()) {
          watch();
        }
      }
    }

    private @Nullable Runnable next() {
      idle.incrementAndGet();
      try {
        return shutDown ? waiting.poll() : waiting.poll(IDLE_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        // A callback has left the interrupt behind; it must not reach another task.
        return waiting.poll();
      } finally {
        idle.decrementAndGet();
      }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void run(Runnable callback) {
      // A callback that came before this thread was counted as busy relied on its being idle.
      if (!waiting.isEmpty()) {
        watch();
      }
      inCallback = true;
      try {
        callback.run();
      } finally {
        inCallback = false;
        finished++;
      }
    }

    /** Returns whether the same callback is blocked as at the last look. */
    boolean isBlocked(long nowNanos) {
      Thread own = thread;
      Thread.State state = own == null ? Thread.State.NEW : own.getState();
      boolean waits =
          state == Thread.State.BLOCKED
              || state == Thread.State.WAITING
              || state == Thread.State.TIMED_WAITING;
      boolean sameCallback = inCallback && finished == finishedAtLook;
      boolean blocked =
          sameCallback && ((waits && waitedAtLook) || nowNanos - sinceNanos > LONG_NANOS);
      if (!sameCallback) {
        finishedAtLook = finished;
        sinceNanos = nowNanos;
      }
      waitedAtLook = waits;
      return blocked;
    }
  }
}
