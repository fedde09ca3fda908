package io.cofferdam;

/**
 * How the executor finds out what became of a commit whose answer was lost, as its worker, its
 * connection or the server died in the middle of it.
 */
public enum OutcomeTracking {
  /**
   * Each worker notes the id of its transaction before it commits, and the database is asked for
   * the state of that id. PostgreSQL only, and the default there. Costs one round trip per task.
   * After a crash of the server a commit stays {@link Outcome#UNKNOWN}, as ids may be given out
   * again then.
   */
  TRANSACTION_ID,
  /** Nothing is asked: a commit whose answer was lost is {@link Outcome#UNKNOWN}. */
  NONE
}
