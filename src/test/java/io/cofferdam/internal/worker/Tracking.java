package io.cofferdam.internal.worker;

import io.cofferdam.TransactionExecutorBuilder;

/** How an executor of the fault matrix finds out about commits in doubt. */
enum Tracking {
  NONE(true) {
    @Override
    TransactionExecutorBuilder configure(TransactionExecutorBuilder builder) {
      return builder;
    }
  };

  private final boolean leavesUnknown;

  Tracking(boolean leavesUnknown) {
    this.leavesUnknown = leavesUnknown;
  }

  /** Tells whether the outcome of a commit in doubt stays unknown. */
  boolean leavesUnknown() {
    return leavesUnknown;
  }

  abstract TransactionExecutorBuilder configure(TransactionExecutorBuilder builder);
}
