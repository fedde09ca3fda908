package io.cofferdam.internal.config;

import io.cofferdam.OutcomeTracking;
import java.time.Duration;

/** How it is found out what became of a commit in doubt. */
public sealed interface Tracking {

  /** It is not found out. */
  record None() implements Tracking {}

  /** By the id that the database gives to a transaction. */
  record TransactionId() implements Tracking {}

  /**
   * By a row that the transaction leaves in a table.
   *
   * @param table the table of the ledger, with its schema or without
   * @param retention how long a row is kept
   */
  record Ledger(String table, Duration retention) implements Tracking {}

  /** Returns the tracking of this kind; the table and its retention matter for a ledger alone. */
  static Tracking of(OutcomeTracking kind, String table, Duration retention) {
    return switch (kind) {
      case NONE -> new None();
      case TRANSACTION_ID -> new TransactionId();
      case LEDGER -> new Ledger(table, retention);
    };
  }

  /** Returns whether transactions leave rows in a ledger. */
  default boolean hasLedger() {
    return this instanceof Ledger;
  }
}
