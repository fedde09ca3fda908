package io.cofferdam.faults;

import io.cofferdam.OutcomeTracking;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.testkit.database.DatabaseKind;

/** How an executor of the fault matrix finds out about commits in doubt. */
enum Tracking {
  NONE(true) {
    @Override
    TransactionExecutorBuilder configure(TransactionExecutorBuilder builder) {
      return builder.outcomeTracking(OutcomeTracking.NONE);
    }
  },

  TRANSACTION_ID(false) {
    @Override
    TransactionExecutorBuilder configure(TransactionExecutorBuilder builder) {
      return builder.outcomeTracking(OutcomeTracking.TRANSACTION_ID);
    }
  },

  LEDGER(false) {
    @Override
    TransactionExecutorBuilder configure(TransactionExecutorBuilder builder) {
      return builder.outcomeTracking(OutcomeTracking.LEDGER);
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

  /** Tells whether the executor can do this on a database. */
  boolean isPossibleOn(DatabaseKind database) {
    return this != TRANSACTION_ID || database == DatabaseKind.POSTGRESQL;
  }

  abstract TransactionExecutorBuilder configure(TransactionExecutorBuilder builder);
}
