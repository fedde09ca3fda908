package io.cofferdam.internal.worker.outcome;

/** What a row of the ledger says. The names are what the table holds. */
public enum LedgerKind {
  /** The transaction that wrote it is committed. */
  COMMITTED,
  /** The transaction of this id can never commit, and its task is not tried again. */
  FENCED,
  /** The transaction of this id can never commit, but another attempt of its task may. */
  RETRIED,
  /** A transaction holds this idempotency key, or held it and committed only a part of its work. */
  CLAIMED
}
