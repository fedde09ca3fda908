package io.cofferdam;

import org.jspecify.annotations.Nullable;

/** A task, a result or an exception could not be turned into bytes or back, or is too large. */
public final class TaskSerializationException extends TransactionException {

  private static final long serialVersionUID = 1L;

  /** Creates the exception. Applications need this only in tests of code that handles it. */
  public TaskSerializationException(String message, Details details, @Nullable Throwable cause) {
    super(message, details, cause);
  }
}
