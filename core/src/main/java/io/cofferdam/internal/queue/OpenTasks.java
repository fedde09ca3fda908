package io.cofferdam.internal.queue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the tasks whose caller has no answer yet. Thread-safe. */
public final class OpenTasks {

  private final AtomicLong open = new AtomicLong();
  private final CountDownLatch noneLeft = new CountDownLatch(1);
  private volatile boolean closed;

  /** Notes a task that is about to be offered to the queue. */
  public void opened() {
    open.incrementAndGet();
  }

  /** Notes that the queue refused it. */
  public void refused() {
    left();
  }

  /** Notes that the caller of a task was told its answer. */
  void answered() {
    left();
  }

  /** Notes that no task will be admitted any more. */
  public void close() {
    closed = true;
    if (open.get() == 0) {
      noneLeft.countDown();
    }
  }

  public boolean isClosed() {
    return closed;
  }

  /**
   * Waits, after {@link #close}, until every task has its answer.
   *
   * @return false if some have none when the time is over
   */
  public boolean awaitNone(Duration timeout) {
    long until = System.nanoTime() + timeout.toNanos();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return noneLeft.await(until - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void left() {
    // The executor may be closing: it sets closed before it reads open, and this counts down before
    // it reads closed. So the last one opens the latch, or the other thread does.
    if (open.decrementAndGet() == 0 && closed) {
      noneLeft.countDown();
    }
  }
}
