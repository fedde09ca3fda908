package io.cofferdam.internal.concurrency;

import io.cofferdam.ExecutorSnapshot.ConcurrencyReason;

/** As many tasks as there are workers. */
public final class FixedConcurrency implements ConcurrencyLimit {

  /** Never, but still a difference of two times of {@link System#nanoTime}. */
  private static final long NEVER = Long.MAX_VALUE / 4;

  private volatile int workers;

  public FixedConcurrency(int workers) {
    this.workers = workers;
  }

  @Override
  public int limit() {
    return workers;
  }

  @Override
  public int chosen() {
    return workers;
  }

  @Override
  public ConcurrencyReason reason() {
    return ConcurrencyReason.FIXED;
  }

  @Override
  public long overdueNanos() {
    return NEVER;
  }

  @Override
  public void completed(long nowNanos, long tookNanos, boolean succeeded, Others others) {}

  @Override
  public void overdue(long nowNanos, int overdue) {}

  @Override
  public void resize(long nowNanos, int newWorkers) {
    workers = newWorkers;
  }
}
