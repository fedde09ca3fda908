package io.cofferdam;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** The worker process that ran the task died; the outcome says what became of the transaction. */
public final class WorkerCrashedException extends TransactionException {

  private static final long serialVersionUID = 1L;

  private final CrashReport crashReport;

  /** Creates the exception. Applications need this only in tests of code that handles it. */
  public WorkerCrashedException(
      String message, Details details, @Nullable Throwable cause, CrashReport crashReport) {
    super(message, details, cause);
    this.crashReport = requireNonNull(crashReport, "crashReport is null");
  }

  /** {@return what is known about the death of the worker} */
  public CrashReport crashReport() {
    return crashReport;
  }
}
