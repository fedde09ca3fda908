package io.cofferdam.internal;

import io.cofferdam.TransactionExecutor;

/** Placeholder while the parts are being built. */
public final class IsolatedTransactionExecutor {
  private IsolatedTransactionExecutor() {}

  /** Starts an executor. */
  @SuppressWarnings("DoNotCallSuggester")
  public static TransactionExecutor start(ExecutorConfig config) {
    throw new UnsupportedOperationException(config.toString());
  }
}
