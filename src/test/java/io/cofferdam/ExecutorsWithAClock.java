package io.cofferdam;

import com.github.benmanes.caffeine.cache.Ticker;
import io.cofferdam.internal.executor.IsolatedTransactionExecutor;

/** Starts executors that keep results for duplicates by the clock of a test. */
public final class ExecutorsWithAClock {

  private ExecutorsWithAClock() {}

  public static TransactionExecutor start(TransactionExecutorBuilder builder, Ticker clock) {
    return IsolatedTransactionExecutor.start(builder.config(), null, clock);
  }
}
