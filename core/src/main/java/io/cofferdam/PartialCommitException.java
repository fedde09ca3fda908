package io.cofferdam;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Says that part of a failed task may be committed, because the task had sent a statement that can
 * commit by itself, such as DDL on MySQL. It is found among the suppressed exceptions of the task's
 * own exception.
 */
public final class PartialCommitException extends TransactionException {

  private static final long serialVersionUID = 1L;

  /** For the executor: applications receive this exception, they do not make it. */
  public PartialCommitException(String message, @Nullable UUID taskId) {
    super(message, Outcome.UNKNOWN, taskId, null);
  }
}
