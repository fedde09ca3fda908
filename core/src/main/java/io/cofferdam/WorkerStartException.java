package io.cofferdam;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** A worker could not be started or could not connect to the database. */
public final class WorkerStartException extends TransactionException {

  private static final long serialVersionUID = 1L;

  private final String lastOutput;

  /** Creates the exception. Applications need this only in tests of code that handles it. */
  public WorkerStartException(String message, String lastOutput, @Nullable Throwable cause) {
    super(message, Details.of(Outcome.NOT_STARTED), cause);
    this.lastOutput = requireNonNull(lastOutput, "lastOutput is null");
  }

  /** {@return the last 8 KiB that the worker wrote to stdout and stderr} */
  public String lastOutput() {
    return lastOutput;
  }
}
