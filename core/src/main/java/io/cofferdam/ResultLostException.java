package io.cofferdam;

import org.jspecify.annotations.Nullable;

/** The transaction was committed, but its result cannot be had. */
public final class ResultLostException extends TransactionException {

  private static final long serialVersionUID = 1L;

  /** Creates the exception. Applications need this only in tests of code that handles it. */
  public ResultLostException(String message, Details details, @Nullable Throwable cause) {
    super(message, details.require(Outcome.COMMITTED), cause);
  }
}
