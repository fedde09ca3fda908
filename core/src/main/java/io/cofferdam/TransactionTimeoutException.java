package io.cofferdam;

import org.jspecify.annotations.Nullable;

/** The deadline passed, in the queue, while running or while committing; the outcome says which. */
public final class TransactionTimeoutException extends TransactionException {

  private static final long serialVersionUID = 1L;

  /** Creates the exception. Applications need this only in tests of code that handles it. */
  public TransactionTimeoutException(String message, Details details, @Nullable Throwable cause) {
    super(message, details, cause);
  }
}
