package io.cofferdam.internal.state;

/** What can be said about a transaction whose commit is in doubt. */
public enum TransactionState {
  /** It is committed. */
  COMMITTED,
  /** It is not committed and never will be. */
  ROLLED_BACK,
  /** It was rolled back, but may have written into tables that have no transactions. */
  ROLLED_BACK_IN_PART,
  /** It is not decided yet. Ask again. */
  OPEN,
  /**
   * The database cannot tell, now or later: it has forgotten the transaction, or may have given its
   * id to another one.
   */
  UNKNOWN
}
