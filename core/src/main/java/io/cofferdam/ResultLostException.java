package io.cofferdam;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The transaction was committed, but its result cannot be had. */
public final class ResultLostException extends TransactionException {

  private static final long serialVersionUID = 1L;

  /** For the executor: applications receive this exception, they do not make it. */
  public ResultLostException(
      String message, Outcome outcome, @Nullable UUID taskId, @Nullable Throwable cause) {
    super(message, outcome, taskId, cause);
  }
}
