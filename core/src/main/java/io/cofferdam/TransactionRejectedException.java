package io.cofferdam;

import java.util.UUID;
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

  /** For the executor: applications receive this exception, they do not make it. */
  public TransactionRejectedException(
      String message, Reason reason, @Nullable UUID taskId, @Nullable Throwable cause) {
    super(message, Outcome.NOT_STARTED, taskId, cause);
    this.reason = reason;
  }

  /** Returns why the task was refused. */
  public Reason reason() {
    return reason;
  }
}
