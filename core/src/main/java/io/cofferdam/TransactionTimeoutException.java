package io.cofferdam;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The deadline passed, in the queue, while running or while committing; the outcome says which. */
public final class TransactionTimeoutException extends TransactionException {

  private static final long serialVersionUID = 1L;

  /** For the executor: applications receive this exception, they do not make it. */
  public TransactionTimeoutException(
      String message, Outcome outcome, @Nullable UUID taskId, @Nullable Throwable cause) {
    super(message, outcome, taskId, cause);
  }
}
