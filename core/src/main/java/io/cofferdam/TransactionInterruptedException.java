package io.cofferdam;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The calling thread was interrupted while it waited. Its interrupt flag is set again. */
public final class TransactionInterruptedException extends TransactionException {

  private static final long serialVersionUID = 1L;

  /** For the executor: applications receive this exception, they do not make it. */
  public TransactionInterruptedException(
      String message, Outcome outcome, @Nullable UUID taskId, @Nullable Throwable cause) {
    super(message, outcome, taskId, cause);
  }
}
