package io.cofferdam.internal.dialect;

/** What a database says about a transaction id. */
public enum TransactionState {
  /** It is committed. */
  COMMITTED,
  /** It is not committed and never will be. */
  ROLLED_BACK,
  /** It still runs. */
  RUNNING,
  /** The database has forgotten it, or may have given its id to another one. */
  FORGOTTEN
}
