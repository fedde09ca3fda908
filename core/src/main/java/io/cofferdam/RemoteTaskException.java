package io.cofferdam;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
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

  /** Creates the exception. Applications need this only in tests of code that handles it. */
  public RemoteTaskException(
      String message,
      Details details,
      String remoteClassName,
      @Nullable String remoteMessage,
      String remoteStackTrace) {
    super(message, details, null);
    this.remoteClassName = requireNonNull(remoteClassName, "remoteClassName is null");
    this.remoteMessage = remoteMessage;
    this.remoteStackTrace = requireNonNull(remoteStackTrace, "remoteStackTrace is null");
  }

  /** {@return the name of the exception's class in the worker} */
  public String remoteClassName() {
    return remoteClassName;
  }

  /** {@return the exception's message in the worker, or empty if it had none} */
  public Optional<String> remoteMessage() {
    return Optional.ofNullable(remoteMessage);
  }

  /** {@return the exception's stack trace in the worker, with its causes, as text} */
  public String remoteStackTrace() {
    return remoteStackTrace;
  }
}
