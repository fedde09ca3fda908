package io.cofferdam.internal.settle;

import io.cofferdam.CrashReport;
import io.cofferdam.CrashReport.Phase;
import io.cofferdam.internal.process.ExitStatus;
import io.cofferdam.internal.process.WorkerProcess;
import io.cofferdam.internal.task.Answer;
import io.cofferdam.internal.task.PendingTask;
import io.cofferdam.internal.task.StopReason;
import org.jspecify.annotations.Nullable;

/**
 * What a worker has left that died with a task.
 *
 * @param worker the dead worker
 * @param exit how its process ended, or null if it could not be reaped in time
 * @param circumstances why this side ended it, or how it was found dead
 * @param task its task, which has no answer from it
 * @param sequence the number of the dispatch in the flight recorder
 * @param heard what it had said
 */
public record Death(
    WorkerProcess worker,
    @Nullable ExitStatus exit,
    String circumstances,
    PendingTask task,
    long sequence,
    Heard heard) {

  /**
   * What was heard of a worker since it was given the task.
   *
   * @param nothing whether it has sent nothing at all
   * @param stopReason why the task was being stopped, or null
   * @param inDoubt the encoded failure of a commit whose answer is not known, or null
   * @param withheld what the caller is to be told once the session is gone, or null if not known
   */
  public record Heard(
      boolean nothing,
      @Nullable StopReason stopReason,
      byte @Nullable [] inDoubt,
      @Nullable Answer withheld) {}

  /** Returns whether this side ended the worker because the task was to be stopped. */
  boolean isStop() {
    return heard.stopReason != null && worker.wasKilled();
  }

  /** Makes the report of the death; waits a moment for the worker's last output. */
  CrashReport report(Phase phase) {
    CrashReport.Builder report =
        CrashReport.builder(worker.name(), phase)
            .pid(worker.pid())
            .client(task.client().name())
            .lastOutput(worker.output().tail())
            .hsErr(worker.fatalErrorLog());
    return exit == null
        ? report.build()
        : report.exitCode(exit.code()).signal(exit.signal()).build();
  }
}
