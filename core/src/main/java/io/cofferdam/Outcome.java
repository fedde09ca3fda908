package io.cofferdam;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** What became of a transaction. */
public enum Outcome {
  /** The task never ran; nothing was sent to the database. */
  NOT_STARTED,
  /** The transaction was rolled back, or the database is certain to: nothing of it remains. */
  ROLLED_BACK,
  /** The database acknowledged the commit. */
  COMMITTED,
  /** It may have been committed or not; ask the database before doing it again. */
  UNKNOWN;

  /**
   * Returns what became of the transaction, for any exception that came out of a {@link
   * TransactionClient} or one of its futures: what a {@link TransactionException} says, and {@link
   * #ROLLED_BACK} for the task's own exceptions, except where a {@link PartialCommitException}
   * among the suppressed ones says otherwise (a task that failed after a statement that commits by
   * itself).
   */
  public static Outcome of(Throwable failure) {
    requireNonNull(failure, "failure is null");
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Throwable current = failure;
    while (current != null && seen.add(current)) {
      if (current instanceof TransactionException told) {
        return told.outcome();
      }
      for (Throwable suppressed : current.getSuppressed()) {
        if (suppressed instanceof TransactionException told && concerns(current, told)) {
          return told.outcome();
        }
      }
      current = mayWrap(current) ? current.getCause() : null;
    }
    return ROLLED_BACK;
  }

  /**
   * Returns whether a suppressed exception is about this failure, and not about an attempt before.
   */
  private static boolean concerns(Throwable failure, TransactionException suppressed) {
    return suppressed instanceof PartialCommitException || mayWrap(failure);
  }

  /** Returns whether a future may have made it; a task may have thrown one of its own as well. */
  private static boolean mayWrap(Throwable failure) {
    return failure instanceof CompletionException
        || failure instanceof ExecutionException
        || failure instanceof CancellationException;
  }
}
