package io.cofferdam.internal.worker.outcome;

import org.jspecify.annotations.Nullable;

/**
 * A row of the ledger.
 *
 * @param result the encoded result, or null if there is none
 * @param fingerprint what the caller gave with an idempotency key; empty if nothing
 * @param expired whether its time is over, so that it counts no more
 */
public record LedgerRow(
    LedgerKind kind, byte @Nullable [] result, String fingerprint, boolean expired) {

  /** The longest encoded result that is kept, in bytes. */
  public static final int MAX_RESULT = 1 << 20;
}
