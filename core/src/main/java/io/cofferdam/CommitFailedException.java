package io.cofferdam;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The database refused the commit and rolled the transaction back; its SQLException is the cause.
 */
public final class CommitFailedException extends TransactionException {

  private static final long serialVersionUID = 1L;

  /** For the executor: applications receive this exception, they do not make it. */
  public CommitFailedException(
      String message, Outcome outcome, @Nullable UUID taskId, @Nullable Throwable cause) {
    super(message, outcome, taskId, cause);
  }
}
