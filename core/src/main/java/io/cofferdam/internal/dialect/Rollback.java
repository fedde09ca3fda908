package io.cofferdam.internal.dialect;

/** What a rollback has found out about the transaction that it rolled back. */
public enum Rollback {
  /** It was the one that the executor had begun, and nothing of it is left. */
  WHOLE,
  /** It had been ended before, so what came before that end may be committed. */
  ENDED_BEFORE,
  /** Rows of tables without transactions are left. */
  INCOMPLETE,
  /** The database does not tell. */
  NOT_KNOWN
}
