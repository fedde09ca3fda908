package io.cofferdam;

import org.jspecify.annotations.Nullable;

/**
 * The task has returned, and its transaction was not committed: the database refused the commit, or
 * the task had asked for a rollback. The cause is the database's SQLException, or one that shows
 * where the rollback was called.
 */
public final class CommitFailedException extends TransactionException {

  private static final long serialVersionUID = 1L;

  /** Creates the exception. Applications need this only in tests of code that handles it. */
  public CommitFailedException(String message, Details details, @Nullable Throwable cause) {
    super(message, details, cause);
  }
}
