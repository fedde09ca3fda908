package io.cofferdam;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The task was cancelled: by its future, by closing its client handle, or by closing the executor.
 */
public final class TransactionCancelledException extends TransactionException {

  private static final long serialVersionUID = 1L;

  /** For the executor: applications receive this exception, they do not make it. */
  public TransactionCancelledException(
      String message, Outcome outcome, @Nullable UUID taskId, @Nullable Throwable cause) {
    super(message, outcome, taskId, cause);
  }
}
