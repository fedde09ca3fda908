package io.cofferdam;

/**
 * How the executor finds out what became of a commit whose answer was lost because its worker, its
 * connection or the server died in the middle of it.
 *
 * <p>The idea of an outcome that both sides can ask for, and that stays true once it was told, is
 * that of Oracle's Transaction Guard.
 */
public enum OutcomeTracking {
  /**
   * Each transaction leaves a row in a table of the database, which is committed with it. Works on
   * every database, survives crashes of the server and of the application, and is what we advise
   * for payments. {@link TransactionExecutor#outcomeOf} and idempotency keys need it. Costs one
   * small row per task that writes; a task that is {@linkplain TransactionOptions#readOnly()
   * read-only} or executed nothing leaves none.
   */
  LEDGER,
  /**
   * Each worker notes the id of its transaction before it commits, and the database is asked for
   * the state of that id. PostgreSQL only, and the default there. Costs one round trip per task.
   * After a crash of the server a commit stays {@link Outcome#UNKNOWN}, because ids may be given
   * out again then.
   */
  TRANSACTION_ID,
  /** Nothing is asked: a commit whose answer was lost is {@link Outcome#UNKNOWN}. */
  NONE
}
