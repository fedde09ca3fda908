package io.cofferdam;

import org.jspecify.annotations.Nullable;

/**
 * The task was cancelled: by its future, by closing its client handle, or by closing the executor.
 */
public final class TransactionCancelledException extends TransactionException {

  private static final long serialVersionUID = 1L;

  /** Creates the exception. Applications need this only in tests of code that handles it. */
  public TransactionCancelledException(String message, Details details, @Nullable Throwable cause) {
    super(message, details, cause);
  }
}
