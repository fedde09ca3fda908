package io.cofferdam;

/**
 * Says that part of a failed task may be committed, because the task had sent a statement that can
 * commit by itself, such as DDL on MySQL. It is found among the suppressed exceptions of the task's
 * own exception. Its outcome is {@link Outcome#UNKNOWN}.
 */
public final class PartialCommitException extends TransactionException {

  private static final long serialVersionUID = 1L;

  /** Creates the exception. Applications need this only in tests of code that handles it. */
  public PartialCommitException(String message, Details details) {
    super(message, details.require(Outcome.UNKNOWN), null);
  }
}
