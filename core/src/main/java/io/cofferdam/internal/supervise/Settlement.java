package io.cofferdam.internal.supervise;

import io.cofferdam.CrashReport;
import io.cofferdam.CrashReport.Phase;
import io.cofferdam.Outcome;
import io.cofferdam.internal.dispatch.Answer;
import io.cofferdam.internal.dispatch.PendingTask;
import io.cofferdam.internal.dispatch.Reports;
import io.cofferdam.internal.dispatch.StopReason;
import io.cofferdam.internal.recorder.RecorderReading;
import org.jspecify.annotations.Nullable;

/**
 * Decides what became of a task whose worker died without answering it, from what the flight
 * recorder says. To be called only after the process has been reaped: no verdict comes from a
 * process that may still run.
 */
final class Settlement {

  private final Reports reports;

  Settlement(Reports reports) {
    this.reports = reports;
  }

  /**
   * Returns the answer of the task, or null if it never started and is to be dispatched again.
   *
   * @param exit how the process ended, or null if it could not be reaped in time
   * @param circumstances why the supervisor ended the worker, or how it was found dead
   */
  @Nullable Answer settle(
      WorkerProcess worker, Dispatch dispatch, @Nullable ExitStatus exit, String circumstances) {
    PendingTask task = dispatch.task();
    RecorderReading reading = worker.recorder().read(dispatch.sequence());
    if (exit == null) {
      return report(worker, dispatch, Phase.UNREADABLE, Outcome.UNKNOWN, null, circumstances);
    }
    return switch (reading.state()) {
      case NOT_STARTED ->
          dispatch.heardNothing()
              ? null
              : report(worker, dispatch, Phase.UNREADABLE, Outcome.UNKNOWN, exit, circumstances);
      case RUNNING ->
          reading.selfCommit()
              ? report(
                  worker,
                  dispatch,
                  Phase.RUNNING_SELF_COMMIT,
                  Outcome.UNKNOWN,
                  exit,
                  circumstances + "; it may be partly committed")
              : report(worker, dispatch, Phase.RUNNING, Outcome.ROLLED_BACK, exit, circumstances);
      case COMMITTING ->
          report(worker, dispatch, Phase.COMMITTING, Outcome.UNKNOWN, exit, circumstances);
      case COMMITTED -> {
        byte[] result = reading.result();
        yield result != null
            ? new Answer.Committed(result)
            : reports.resultLost(
                task, worker.name() + " died before it sent it (" + circumstances + ")");
      }
      case ROLLED_BACK ->
          report(
              worker,
              dispatch,
              Phase.ROLLED_BACK,
              reading.selfCommit() ? Outcome.UNKNOWN : Outcome.ROLLED_BACK,
              exit,
              circumstances);
      case UNREADABLE ->
          report(worker, dispatch, Phase.UNREADABLE, Outcome.UNKNOWN, exit, circumstances);
    };
  }

  private Answer report(
      WorkerProcess worker,
      Dispatch dispatch,
      Phase phase,
      Outcome outcome,
      @Nullable ExitStatus exit,
      String circumstances) {
    PendingTask task = dispatch.task();
    StopReason reason = dispatch.stopReason();
    if (reason != null && worker.wasKilled()) {
      return reports.stopped(task, reason, outcome, dispatch.inDoubt());
    }
    return reports.crashed(
        task,
        outcome,
        new CrashReport(
            worker.name(),
            worker.pid(),
            exit == null ? null : exit.code(),
            exit == null ? null : exit.signal(),
            phase,
            task.client().name(),
            worker.output().tail(),
            worker.fatalErrorLog()),
        circumstances,
        dispatch.inDoubt());
  }
}
