package io.cofferdam;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A task, a result or an exception could not be turned into bytes or back, or is too large. */
public final class TaskSerializationException extends TransactionException {

  private static final long serialVersionUID = 1L;

  /** For the executor: applications receive this exception, they do not make it. */
  public TaskSerializationException(
      String message, Outcome outcome, @Nullable UUID taskId, @Nullable Throwable cause) {
    super(message, outcome, taskId, cause);
  }
}
