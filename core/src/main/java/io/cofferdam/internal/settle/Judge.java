package io.cofferdam.internal.settle;

import io.cofferdam.CrashReport;
import io.cofferdam.CrashReport.Phase;
import io.cofferdam.Outcome;
import io.cofferdam.internal.answer.FailureMessages;
import io.cofferdam.internal.config.Tracking;
import io.cofferdam.internal.dialect.IncompleteRollback;
import io.cofferdam.internal.log.Log;
import io.cofferdam.internal.process.WorkerProcess;
import io.cofferdam.internal.recorder.RecorderReading;
import io.cofferdam.internal.settle.Finding.Found;
import io.cofferdam.internal.settle.Finding.When;
import io.cofferdam.internal.task.Answer;
import io.cofferdam.internal.task.PendingTask;
import io.cofferdam.internal.task.StopReason;
import io.cofferdam.internal.wire.ProtocolException;
import io.cofferdam.internal.wire.RecordedAnswer;
import org.jspecify.annotations.Nullable;

/**
 * Decides what became of a task whose worker died without answering it, from what the flight
 * recorder says. To be called only after the process has been reaped: no finding comes from a
 * process that may still run.
 */
public final class Judge {

  private static final Log log = Log.of(Judge.class);

  private final FailureMessages messages;
  private final boolean keepsLedger;
  private final boolean rollbackMayBeIncomplete;

  /**
   * Creates the judge of an executor.
   *
   * @param tracking what can be asked about a commit in doubt: a ledger whatever the recorder says,
   *     the database by what the worker noted before it
   * @param rollback what is known of the database's rollbacks without asking it
   */
  public Judge(FailureMessages messages, Tracking tracking, IncompleteRollback rollback) {
    this.messages = messages;
    keepsLedger = tracking.hasLedger();
    rollbackMayBeIncomplete = rollback.isPossible();
  }

  /** Returns the finding on the task. */
  public Finding judge(Death death) {
    Case dead = new Case(death);
    RecorderReading reading = death.worker().recorder().read(death.sequence());
    if (death.exit() == null) {
      return Finding.of(When.AT_ONCE, dead.report(Phase.UNREADABLE, Outcome.UNKNOWN));
    }
    return switch (reading.phase()) {
      case NOT_STARTED ->
          death.heard().nothing() ? Finding.dispatchAgain() : inDoubt(dead, reading);
      case RUNNING ->
          whenGone(dead.report(Phase.RUNNING, Outcome.ROLLED_BACK), dead, Phase.RUNNING);
      case RUNNING_SELF_COMMIT ->
          Finding.of(
              When.WHEN_THE_SESSION_IS_GONE,
              dead.report(Phase.RUNNING_SELF_COMMIT, Outcome.UNKNOWN));
      case COMMITTING, UNREADABLE -> inDoubt(dead, reading);
      case COMMITTED ->
          reading.result() == null && keepsLedger
              ? Finding.inDoubt(false, reading.note(), found -> dead.committed(reading, found))
              : Finding.of(When.AT_ONCE, dead.committed(reading, Found.NOTHING));
      case ROLLED_BACK -> rolledBack(dead, reading);
    };
  }

  /**
   * Answers a task that is not dispatched again, as each of its workers has died before it began.
   */
  public Answer neverStarted(Death death, int deaths) {
    return messages.neverStarted(
        death.task(), death.report(Phase.NOT_STARTED), death.circumstances(), deaths);
  }

  /** Answers a task of which nothing is known, because this side failed while it was running. */
  public Answer notJudged(WorkerProcess worker, PendingTask task, Throwable failure) {
    CrashReport crash =
        CrashReport.builder(worker.name(), Phase.UNREADABLE)
            .pid(worker.pid())
            .client(task.client().name())
            .build();
    return messages.crashed(
        task,
        Outcome.UNKNOWN,
        crash,
        "the executor failed (" + failure + "), so it has ended its worker",
        null);
  }

  /** What the worker was about to answer counts; else that it died. */
  private Finding rolledBack(Case dead, RecorderReading reading) {
    Outcome outcome = reading.selfCommit() ? Outcome.UNKNOWN : Outcome.ROLLED_BACK;
    Finding crashed = whenGone(dead.report(Phase.ROLLED_BACK, outcome), dead, Phase.ROLLED_BACK);
    Answer withheld = dead.death.heard().withheld();
    byte[] recorded = reading.answer();
    if (withheld == null && recorded == null) {
      return crashed;
    }
    try {
      Answer said = recorded == null ? withheld : dead.read(RecordedAnswer.decode(recorded));
      if (said == null) {
        return reading.selfCommit() ? crashed : Finding.dispatchAgain();
      }
      if (said instanceof Answer.Stored) {
        return Finding.of(When.AT_ONCE, said);
      }
      return reading.selfCommit() && said.outcome() != Outcome.UNKNOWN
          ? crashed
          : whenGone(said, dead, Phase.ROLLED_BACK);
    } catch (ProtocolException e) {
      log.warn("the answer that {} has recorded cannot be read", dead.death.worker().name(), e);
      return crashed;
    }
  }

  private Finding whenGone(Answer answer, Case dead, Phase phase) {
    return rollbackMayBeIncomplete && answer.outcome() == Outcome.ROLLED_BACK
        ? Finding.unchecked(answer, () -> inPart(answer, dead, phase))
        : Finding.of(When.WHEN_THE_SESSION_IS_GONE, answer);
  }

  /** What the task said counts, but for what it did not know. */
  private static Answer inPart(Answer answer, Case dead, Phase phase) {
    return answer instanceof Answer.TaskFailed said
        ? new Answer.TaskFailed(Outcome.UNKNOWN, null, said.failure(), said.worker())
        : dead.report(phase, Outcome.UNKNOWN);
  }

  private Finding inDoubt(Case dead, RecorderReading reading) {
    CrashReport crash =
        dead.death.report(
            reading.phase() == Phase.COMMITTING ? Phase.COMMITTING : Phase.UNREADABLE);
    boolean committing = crash.phase() == Phase.COMMITTING || keepsLedger;
    return keepsLedger || reading.note().length > 0
        ? Finding.inDoubt(committing, reading.note(), found -> dead.settled(found, reading, crash))
        : Finding.unknown(committing, dead.settled(Found.NOTHING, reading, crash));
  }

  /** A death, as it is told. */
  private final class Case {

    private final Death death;

    Case(Death death) {
      this.death = death;
    }

    @Nullable Answer read(RecordedAnswer recorded) throws ProtocolException {
      return WorkerAnswers.read(
          recorded, death.task(), death.worker().name(), death.heard().stopReason(), messages);
    }

    /** Tells of a commit that was in doubt; what may have committed by itself stays unknown. */
    Answer settled(Found found, RecorderReading reading, CrashReport crash) {
      return switch (found.commit()) {
        case COMMITTED -> committed(reading, found);
        case ROLLED_BACK ->
            report(crash, reading.selfCommit() ? Outcome.UNKNOWN : Outcome.ROLLED_BACK);
        case ROLLED_BACK_IN_PART, UNKNOWN, OPEN -> report(crash, Outcome.UNKNOWN);
      };
    }

    Answer committed(RecorderReading reading, Found found) {
      byte[] result = reading.result() != null ? reading.result() : found.result();
      return result != null
          ? new Answer.Committed(result)
          : messages.resultLost(
              death.task(),
              death.worker().name() + " died before it sent it (" + death.circumstances() + ")");
    }

    Answer report(Phase phase, Outcome outcome) {
      return report(death.report(phase), outcome);
    }

    private Answer report(CrashReport crash, Outcome outcome) {
      PendingTask task = death.task();
      byte[] inDoubt = death.heard().inDoubt();
      StopReason reason = death.heard().stopReason();
      if (reason != null && death.isStop()) {
        return messages.stopped(task, reason, outcome, inDoubt);
      }
      String how =
          crash.phase() == Phase.RUNNING_SELF_COMMIT
              ? death.circumstances() + "; it may be partly committed"
              : death.circumstances();
      return messages.crashed(task, outcome, crash, how, inDoubt);
    }
  }
}
