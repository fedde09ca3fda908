package io.cofferdam;

import static java.util.Objects.requireNonNull;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The worker process that ran the task died; the outcome says what became of the transaction. */
public final class WorkerCrashedException extends TransactionException {

  private static final long serialVersionUID = 1L;

  private final CrashReport crashReport;

  /** For the executor: applications receive this exception, they do not make it. */
  public WorkerCrashedException(
      String message,
      Outcome outcome,
      @Nullable UUID taskId,
      @Nullable Throwable cause,
      CrashReport crashReport) {
    super(message, outcome, taskId, cause);
    this.crashReport = requireNonNull(crashReport, "crashReport is null");
  }

  /** Returns what is known about the death of the worker. */
  public CrashReport crashReport() {
    return crashReport;
  }
}
