package io.cofferdam;

import org.jspecify.annotations.Nullable;

/** The calling thread was interrupted while it waited. Its interrupt flag is set again. */
public final class TransactionInterruptedException extends TransactionException {

  private static final long serialVersionUID = 1L;

  /** Creates the exception. Applications need this only in tests of code that handles it. */
  public TransactionInterruptedException(
      String message, Details details, @Nullable Throwable cause) {
    super(message, details, cause);
  }
}
