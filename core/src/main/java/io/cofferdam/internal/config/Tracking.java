package io.cofferdam.internal.config;

import io.cofferdam.OutcomeTracking;
import java.time.Duration;

/**
 * How the outcome of a commit in doubt is found out.
 *
 * @param kind what is asked
 * @param ledgerTable the table of the ledger, with its schema or without
 * @param ledgerRetention how long a row of the ledger is kept
 */
public record Tracking(OutcomeTracking kind, String ledgerTable, Duration ledgerRetention) {

  /** Returns whether transactions leave rows in the ledger. */
  public boolean hasLedger() {
    return kind == OutcomeTracking.LEDGER;
  }
}
