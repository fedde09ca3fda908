package io.cofferdam;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The task has returned, and its transaction was not committed: the database refused the commit, or
 * the task had asked for a rollback. The cause is the database's SQLException, or one that shows
 * where the rollback was called.
 */
public final class CommitFailedException extends TransactionException {

  private static final long serialVersionUID = 1L;

  /** For the executor: applications receive this exception, they do not make it. */
  public CommitFailedException(
      String message, Outcome outcome, @Nullable UUID taskId, @Nullable Throwable cause) {
    super(message, outcome, taskId, cause);
  }
}
