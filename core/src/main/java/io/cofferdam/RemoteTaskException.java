package io.cofferdam;

import static java.util.Objects.requireNonNull;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Stands for a task's own exception whose type cannot be rebuilt in this JVM. A {@code
 * SQLException} never arrives as this.
 */
public final class RemoteTaskException extends TransactionException {

  private static final long serialVersionUID = 1L;

  private final String remoteClassName;
  private final @Nullable String remoteMessage;
  private final String remoteStackTrace;

  /** For the executor: applications receive this exception, they do not make it. */
  public RemoteTaskException(
      String message,
      Outcome outcome,
      @Nullable UUID taskId,
      String remoteClassName,
      @Nullable String remoteMessage,
      String remoteStackTrace) {
    super(message, outcome, taskId, null);
    this.remoteClassName = requireNonNull(remoteClassName, "remoteClassName is null");
    this.remoteMessage = remoteMessage;
    this.remoteStackTrace = requireNonNull(remoteStackTrace, "remoteStackTrace is null");
  }

  /** Returns the name of the exception's class in the worker. */
  public String remoteClassName() {
    return remoteClassName;
  }

  /** Returns the exception's message in the worker. */
  public @Nullable String remoteMessage() {
    return remoteMessage;
  }

  /** Returns the exception's stack trace in the worker, with its causes, as text. */
  public String remoteStackTrace() {
    return remoteStackTrace;
  }
}
