package io.cofferdam.internal.dialect;

/** What a database says about a transaction id. */
public enum TransactionState {
  /** A transaction of this id is committed; ours, unless the server has crashed since. */
  COMMITTED,
  /** It is not committed and never will be. */
  ROLLED_BACK,
  /** It still runs. */
  RUNNING,
  /** The database has forgotten it. */
  FORGOTTEN
}
