package io.cofferdam.internal.supervise;

import io.cofferdam.CrashReport;
import io.cofferdam.CrashReport.Phase;
import io.cofferdam.Outcome;
import io.cofferdam.internal.dispatch.Answer;
import io.cofferdam.internal.dispatch.PendingTask;
import io.cofferdam.internal.dispatch.Reports;
import io.cofferdam.internal.dispatch.StopReason;
import io.cofferdam.internal.recorder.RecorderReading;
import io.cofferdam.internal.supervise.Verdict.When;
import io.cofferdam.internal.wire.SettleReport.Commit;
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
   * Returns the verdict on the task.
   *
   * @param exit how the process ended, or null if it could not be reaped in time
   * @param circumstances why the supervisor ended the worker, or how it was found dead
   */
  Verdict judge(
      WorkerProcess worker, Dispatch dispatch, @Nullable ExitStatus exit, String circumstances) {
    Case dead = new Case(worker, dispatch, exit, circumstances);
    RecorderReading reading = worker.recorder().read(dispatch.sequence());
    if (exit == null) {
      return Verdict.of(When.AT_ONCE, dead.report(Phase.UNREADABLE, Outcome.UNKNOWN));
    }
    return switch (reading.state()) {
      case NOT_STARTED ->
          dispatch.heardNothing()
              ? Verdict.dispatchAgain()
              : Verdict.of(When.AT_ONCE, dead.report(Phase.UNREADABLE, Outcome.UNKNOWN));
      case RUNNING ->
          Verdict.of(
              When.WHEN_THE_SESSION_IS_GONE,
              reading.selfCommit()
                  ? dead.report(Phase.RUNNING_SELF_COMMIT, Outcome.UNKNOWN)
                  : dead.report(Phase.RUNNING, Outcome.ROLLED_BACK));
      case COMMITTING -> {
        CrashReport crash = dead.crashReport(Phase.COMMITTING);
        yield Verdict.inDoubt(
            commit -> dead.settled(commit, reading, crash), reading.transaction());
      }
      case COMMITTED ->
          Verdict.of(
              When.AT_ONCE,
              committed(dispatch.task(), reading.result(), worker.name(), circumstances));
      case ROLLED_BACK ->
          Verdict.of(
              When.WHEN_THE_SESSION_IS_GONE,
              dead.report(
                  Phase.ROLLED_BACK, reading.selfCommit() ? Outcome.UNKNOWN : Outcome.ROLLED_BACK));
      case UNREADABLE -> Verdict.of(When.AT_ONCE, dead.report(Phase.UNREADABLE, Outcome.UNKNOWN));
    };
  }

  private Answer committed(
      PendingTask task, byte @Nullable [] result, String worker, String circumstances) {
    return result != null
        ? new Answer.Committed(result)
        : reports.resultLost(task, worker + " died before it sent it (" + circumstances + ")");
  }

  /** A death, as it is told. */
  private final class Case {

    private final WorkerProcess worker;
    private final Dispatch dispatch;
    private final @Nullable ExitStatus exit;
    private final String circumstances;

    Case(WorkerProcess worker, Dispatch dispatch, @Nullable ExitStatus exit, String circumstances) {
      this.worker = worker;
      this.dispatch = dispatch;
      this.exit = exit;
      this.circumstances = circumstances;
    }

    /** Tells of a commit that was in doubt; what may have committed by itself stays unknown. */
    Answer settled(Commit commit, RecorderReading reading, CrashReport crash) {
      return switch (commit) {
        case COMMITTED ->
            committed(dispatch.task(), reading.result(), worker.name(), circumstances);
        case ROLLED_BACK ->
            report(crash, reading.selfCommit() ? Outcome.UNKNOWN : Outcome.ROLLED_BACK);
        case UNKNOWN, OPEN, ASK_ANOTHER -> report(crash, Outcome.UNKNOWN);
      };
    }

    Answer report(Phase phase, Outcome outcome) {
      return report(crashReport(phase), outcome);
    }

    private Answer report(CrashReport crash, Outcome outcome) {
      PendingTask task = dispatch.task();
      StopReason reason = dispatch.stopReason();
      if (reason != null && worker.wasKilled()) {
        return reports.stopped(task, reason, outcome, dispatch.inDoubt());
      }
      String how =
          crash.phase() == Phase.RUNNING_SELF_COMMIT
              ? circumstances + "; it may be partly committed"
              : circumstances;
      return reports.crashed(task, outcome, crash, how, dispatch.inDoubt());
    }

    /** Waits a moment for the dead worker's last output. */
    CrashReport crashReport(Phase phase) {
      return new CrashReport(
          worker.name(),
          worker.pid(),
          exit == null ? null : exit.code(),
          exit == null ? null : exit.signal(),
          phase,
          dispatch.task().client().name(),
          worker.output().tail(),
          worker.fatalErrorLog());
    }
  }
}
