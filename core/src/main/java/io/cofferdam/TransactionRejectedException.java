package io.cofferdam;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** The task was refused before it ran; nothing that it does was sent to the database. */
public final class TransactionRejectedException extends TransactionException {

  private static final long serialVersionUID = 1L;

  /** Why a task was refused. */
  public enum Reason {
    /** The executor already holds {@code maxQueued} submitted tasks. */
    QUEUE_FULL,
    /** This client handle already has {@code maxQueuedPerClient} submitted tasks waiting. */
    CLIENT_QUEUE_FULL,
    /** The client handle is closed. */
    CLIENT_CLOSED,
    /** The executor is closed or closing. */
    EXECUTOR_CLOSED,
    /** The idempotency key was committed before, with another fingerprint. */
    KEY_REUSED
  }

  private final Reason reason;

  /** Creates the exception. Applications need this only in tests of code that handles it. */
  public TransactionRejectedException(
      String message, Details details, @Nullable Throwable cause, Reason reason) {
    super(message, details.require(Outcome.NOT_STARTED), cause);
    this.reason = requireNonNull(reason, "reason is null");
  }

  /** {@return why the task was refused} */
  public Reason reason() {
    return reason;
  }
}
