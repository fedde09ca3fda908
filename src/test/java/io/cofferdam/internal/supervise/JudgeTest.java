package io.cofferdam.internal.supervise;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cofferdam.CrashReport;
import io.cofferdam.CrashReport.Phase;
import io.cofferdam.Outcome;
import io.cofferdam.ResultLostException;
import io.cofferdam.RetryPolicy;
import io.cofferdam.TransactionCancelledException;
import io.cofferdam.TransactionException;
import io.cofferdam.TransactionOptions;
import io.cofferdam.TransactionTimeoutException;
import io.cofferdam.WorkerCrashedException;
import io.cofferdam.internal.answer.FailureMessages;
import io.cofferdam.internal.codec.FailureCodec;
import io.cofferdam.internal.config.Tracking;
import io.cofferdam.internal.dialect.generic.GenericIncompleteRollback;
import io.cofferdam.internal.dialect.registry.Dialects;
import io.cofferdam.internal.process.ExitStatus;
import io.cofferdam.internal.process.FakeProcess;
import io.cofferdam.internal.process.LinkSelector;
import io.cofferdam.internal.process.WorkerProcess;
import io.cofferdam.internal.queue.Tasks;
import io.cofferdam.internal.recorder.FlightRecorder;
import io.cofferdam.internal.recorder.RecorderFile;
import io.cofferdam.internal.settle.Death;
import io.cofferdam.internal.settle.Finding;
import io.cofferdam.internal.settle.Judge;
import io.cofferdam.internal.task.Answer;
import io.cofferdam.internal.task.ClientQueue;
import io.cofferdam.internal.task.StopReason;
import io.cofferdam.internal.task.SubmittedTask;
import io.cofferdam.internal.task.Work;
import io.cofferdam.internal.wire.Frame;
import io.cofferdam.internal.wire.FrameChannel;
import io.cofferdam.internal.wire.FrameType;
import io.cofferdam.internal.wire.NotCommitted;
import io.cofferdam.internal.wire.ProtocolException;
import io.cofferdam.internal.wire.RecordedAnswer;
import io.cofferdam.internal.wire.SocketPair;
import io.cofferdam.internal.wire.TaskFailed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A worker of the test's own: its process is a fake, its recorder and its channel are real. */
class JudgeTest {

  private static final String ERROR_LOG = "hs_err_pid4711.log";
  private static final ExitStatus KILLED = ExitStatus.of(137);
  private static final byte[] NO_TRANSACTION = {};
  private static final byte[] RESULT = {1, 2, 3};

  private final FailureCodec failures = new FailureCodec(List.of(), 1 << 20);
  private final FailureMessages messages =
      new FailureMessages(failures, () -> "queued=0", () -> null);
  private final Judge settlement =
      new Judge(messages, new Tracking.None(), new GenericIncompleteRollback());
  private final Tasks tasks = new Tasks();
  private final SubmittedTask task = tasks.submitted(new ClientQueue("teller"));
  private final FakeProcess process = new FakeProcess("last words");
  private final FakeHost host = new FakeHost();

  private Path directory;
  private SocketPair sockets;
  private SocketPair control;
  private FlightRecorder recorder;
  private WorkerProcess worker;
  private Dispatch dispatch;

  private static final class FakeHost implements Dispatch.Host, Dispatch.Waiting {
    @Override
    public boolean isStopping() {
      return false;
    }

    private boolean waited;

    @Override
    public void until(long untilNanos) throws IOException {
      if (waited) {
        throw new IOException("the test looks no further");
      }
      waited = true;
    }

    @Override
    public boolean isShuttingDownTasks() {
      return false;
    }

    @Override
    public void dispatchAgain(Work work) {}

    @Override
    public void cancelling(StopReason reason) {}

    @Override
    public void connectFailed(byte[] failure) {}

    @Override
    public void answered(boolean succeeded) {}

    @Override
    public void releasePermit() {}
  }

  @BeforeEach
  void dispatch(@TempDir Path directory) throws IOException {
    this.directory = directory;
    RecorderFile file = RecorderFile.create(directory, "recorder");
    recorder = FlightRecorder.open(file.path());
    sockets = SocketPair.open();
    sockets.left().configureBlocking(false);
    control = SocketPair.open();
    worker =
        new WorkerProcess(
            "bank-worker-3.7", 7, process, file, directory.resolve(ERROR_LOG), new LinkSelector());
    worker.connected(new FrameChannel(sockets.left()), control.left());
    dispatch =
        new Dispatch(
            worker,
            task,
            1_000,
            new Escalation(System.nanoTime(), task.deadlineNanos(), 1_000),
            tasks.attempts(),
            host,
            host);
  }

  @AfterEach
  void release() throws IOException {
    worker.release();
    sockets.close();
    control.close();
  }

  private Death death(@Nullable ExitStatus exit, String circumstances) {
    return new Death(worker, exit, circumstances, task, dispatch.sequence(), dispatch.heard());
  }

  private @Nullable Answer settle() {
    Finding finding = settlement.judge(death(KILLED, "the channel ended"));
    return finding.when() == Finding.When.NEVER ? null : finding.provisional();
  }

  private WorkerCrashedException crash(Phase phase, Outcome outcome) {
    Answer answer = settle();
    assertThat(answer).isInstanceOf(Answer.Failure.class);
    TransactionException made = ((Answer.Failure) answer).exception();
    assertThat(made).isInstanceOf(WorkerCrashedException.class);
    assertThat(made.outcome()).isEqualTo(outcome).isEqualTo(answer.outcome());
    WorkerCrashedException crashed = (WorkerCrashedException) made;
    assertThat(crashed.crashReport().phase()).isEqualTo(phase);
    return crashed;
  }

  /** Checks what is said of a death where a rollback may be incomplete. */
  private void isUnknownUntilTheRollbackIsChecked() {
    Judge doubting =
        new Judge(
            messages,
            new Tracking.None(),
            Dialects.forUrl("jdbc:mariadb://localhost/bank").incompleteRollback());

    Finding finding = doubting.judge(death(KILLED, "the channel ended"));

    assertThat(finding.when()).isEqualTo(Finding.When.WHEN_THE_ROLLBACK_IS_CHECKED);
    assertThat(finding.provisional().outcome()).isEqualTo(Outcome.UNKNOWN);
  }

  private void workerSends(FrameType type, byte[] payload) throws IOException {
    new FrameChannel(sockets.right())
        .write(new Frame(type, 7, dispatch.sequence(), task.id(), payload), () -> {});
    dispatch.readFrames();
  }

  private void running() {
    recorder.running(dispatch.sequence());
  }

  @Nested
  class ATaskThatIsBroughtByAnotherThread {

    private boolean isLeftToIt(SubmittedTask brought, long looksNanos) {
      Dispatch begun =
          new Dispatch(
              worker,
              brought,
              1_000,
              new Escalation(System.nanoTime(), brought.deadlineNanos(), 1_000),
              tasks.attempts(),
              host,
              host);
      return begun.leaveToOther(looksNanos) != null;
    }

    @Test
    void isWrittenByThat() {
      assertThat(isLeftToIt(task, System.nanoTime())).isTrue();
    }

    /** As of a thread whose stack has no room for a call. */
    @Test
    void isNotWaitedForIfThatFails() {
      WorkWriting left = requireNonNull(dispatch.leaveToOther(System.nanoTime()));
      left.isOver = true;

      assertThatThrownBy(dispatch::run)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("could not be written");
    }

    @Test
    void isWrittenByTheLinkIfItsDeadlineIsNear() {
      long now = System.nanoTime();
      SubmittedTask brief = tasks.submitted(new ClientQueue("teller"), now + 1_000_000);

      assertThat(isLeftToIt(brief, now)).isTrue();
      assertThat(isLeftToIt(brief, now + 2_000_000)).isFalse();
    }

    @Test
    void isWrittenByTheLinkIfItIsLarge() {
      SubmittedTask large =
          tasks.submitted(
              new ClientQueue("teller"),
              new byte[100_000],
              TransactionOptions.defaults(),
              task.deadlineNanos());

      assertThat(isLeftToIt(large, System.nanoTime())).isFalse();
    }
  }

  @Nested
  class ATaskThatNeverStarted {

    @Test
    void isDispatchedAgain() {
      assertThat(settle()).isNull();
    }

    @Test
    void isDispatchedAgainWhenTheWorkerHadSentWhatBelongsToAnEarlierOne() throws IOException {
      new FrameChannel(sockets.right())
          .write(
              new Frame(FrameType.COMMITTED, 7, dispatch.sequence() - 1, task.id(), RESULT),
              () -> {});

      assertThatThrownBy(dispatch::readFrames).isInstanceOf(ProtocolException.class);

      assertThat(settle()).isNull();
    }

    @Test
    void isUnknownWhenSomethingElseFollows() throws IOException {
      FrameChannel forged = new FrameChannel(sockets.right());
      for (int i = 0; i < 2; i++) {
        forged.write(
            new Frame(FrameType.COMMITTED, 7, dispatch.sequence() - 1 + i, task.id(), RESULT),
            () -> {});
      }

      assertThatThrownBy(dispatch::readFrames).isInstanceOf(ProtocolException.class);

      crash(Phase.UNREADABLE, Outcome.UNKNOWN);
    }

    @Test
    void isUnknownWhenTheWorkerHadSentSomethingAllTheSame() throws IOException {
      workerSends(FrameType.IN_DOUBT, failures.encode(new SQLException("x")));

      crash(Phase.UNREADABLE, Outcome.UNKNOWN);
    }
  }

  @Nested
  class ATaskThatWasRunning {

    @Test
    void wasRolledBack() {
      running();

      crash(Phase.RUNNING, Outcome.ROLLED_BACK);
    }

    @Test
    void isUnknownUntilTheDatabaseIsAskedWhereARollbackMayBeIncomplete() {
      running();

      isUnknownUntilTheRollbackIsChecked();
    }

    @Test
    void mayBePartlyCommittedAfterAStatementThatCommitsByItself() {
      running();
      recorder.selfCommit(dispatch.sequence(), true);

      assertThat(crash(Phase.RUNNING_SELF_COMMIT, Outcome.UNKNOWN))
          .hasMessageContaining("it may be partly committed");
    }
  }

  @Nested
  class ATaskThatWasCommitting {

    @Test
    void isUnknown() {
      running();
      recorder.committing(NO_TRANSACTION, RESULT);

      assertThat(crash(Phase.COMMITTING, Outcome.UNKNOWN)).hasNoCause();
    }

    @Test
    void hasWhatTheWorkerSaidLastAsItsCause() throws IOException {
      running();
      recorder.committing(NO_TRANSACTION, RESULT);
      workerSends(FrameType.IN_DOUBT, failures.encode(new SQLException("gone", "08006")));

      assertThat(crash(Phase.COMMITTING, Outcome.UNKNOWN)).hasCauseInstanceOf(SQLException.class);
    }
  }

  @Nested
  class ATaskThatWasCommitted {

    @Test
    void isAnsweredAsIfNothingHadHappened() {
      commit(RESULT);

      assertThat(settle())
          .isInstanceOfSatisfying(
              Answer.Committed.class,
              committed -> assertThat(committed.result()).isEqualTo(RESULT));
    }

    @Test
    void isAnsweredAsIfNothingHadHappenedEvenWhenItWasBeingStopped() throws IOException {
      commit(RESULT);
      stop(StopReason.DEADLINE);

      assertThat(settle()).isInstanceOf(Answer.Committed.class);
    }

    @Test
    void saysSoWhenItsResultDidNotFit() {
      commit(new byte[1 << 20]);

      Answer answer = settle();

      assertThat(answer).isInstanceOf(Answer.Failure.class);
      assertThat(answer.outcome()).isEqualTo(Outcome.COMMITTED);
      assertThat(((Answer.Failure) answer).exception())
          .isInstanceOf(ResultLostException.class)
          .hasMessageContaining("bank-worker-3.7 died before it sent it (the channel ended)");
    }

    private void commit(byte[] result) {
      running();
      recorder.committing(NO_TRANSACTION, result);
      recorder.committed();
    }
  }

  @Nested
  class ATaskThatWasRolledBack {

    @Test
    void saysSo() {
      running();
      recorder.rolledBack();

      crash(Phase.ROLLED_BACK, Outcome.ROLLED_BACK);
    }

    @Test
    void isUnknownUntilTheDatabaseIsAskedWhereARollbackMayBeIncomplete() {
      running();
      recorder.rolledBack();

      isUnknownUntilTheRollbackIsChecked();
    }

    @Test
    void mayBePartlyCommittedAfterAStatementThatCommitsByItself() {
      running();
      recorder.selfCommit(dispatch.sequence(), true);
      recorder.rolledBack();

      crash(Phase.ROLLED_BACK, Outcome.UNKNOWN);
    }
  }

  @Nested
  class ATaskWhoseWorkerHadRecordedItsAnswer {

    private final byte[] failure = failures.encode(new SQLException("late", "40001"));

    @Test
    void isAnsweredByItsOwnException() {
      running();
      record(FrameType.TASK_FAILED, failed(false));

      assertThat(settle())
          .isInstanceOfSatisfying(
              Answer.TaskFailed.class,
              told -> {
                assertThat(told.outcome()).isEqualTo(Outcome.ROLLED_BACK);
                assertThat(told.retryCause()).isEqualTo(RetryPolicy.Cause.SERIALIZATION_FAILURE);
                assertThat(told.failure()).isEqualTo(failure);
                assertThat(told.worker()).isEqualTo("bank-worker-3.7");
              });
    }

    @Test
    void isAnsweredByItsOwnExceptionEvenIfWeEndedTheWorkerAtTheDeadline() throws IOException {
      running();
      stop(StopReason.DEADLINE);
      record(FrameType.TASK_FAILED, failed(false));
      worker.kill();

      assertThat(settle()).isInstanceOf(Answer.TaskFailed.class);
    }

    @Test
    void waitsForTheEndOfItsSession() {
      running();
      record(FrameType.TASK_FAILED, failed(false));

      assertThat(settlement.judge(death(KILLED, "it ended")).when())
          .isEqualTo(Finding.When.WHEN_THE_SESSION_IS_GONE);
    }

    @Test
    void mayBePartlyCommittedIfItSaysSo() {
      running();
      recorder.selfCommit(dispatch.sequence(), true);
      record(FrameType.TASK_FAILED, failed(true));

      assertThat(settle())
          .isInstanceOfSatisfying(
              Answer.TaskFailed.class,
              told -> assertThat(told.outcome()).isEqualTo(Outcome.UNKNOWN));
    }

    @Test
    void isUnknownIfItDeniesAStatementThatCommitsByItself() {
      running();
      recorder.selfCommit(dispatch.sequence(), true);
      record(FrameType.TASK_FAILED, failed(false));

      crash(Phase.ROLLED_BACK, Outcome.UNKNOWN);
    }

    @Test
    void isDispatchedAgainIfItHadNotStarted() {
      running();
      record(
          FrameType.NOT_COMMITTED,
          new NotCommitted(NotCommitted.Reason.NOT_STARTED, false, null, "", NO_TRANSACTION)
              .encode());

      assertThat(settle()).isNull();
    }

    @Test
    void getsTheStoredResultOfItsKey() {
      running();
      record(FrameType.STORED, RESULT);

      assertThat(settle())
          .isInstanceOfSatisfying(
              Answer.Stored.class, stored -> assertThat(stored.result()).isEqualTo(RESULT));
    }

    @Test
    void hasCrashedIfTheAnswerCannotBeRead() {
      running();
      recorder.rolledBack(new byte[] {99});
      crash(Phase.ROLLED_BACK, Outcome.ROLLED_BACK);

      record(FrameType.TASK_FAILED, new byte[] {0});
      crash(Phase.ROLLED_BACK, Outcome.ROLLED_BACK);
    }

    private byte[] failed(boolean selfCommitted) {
      return new TaskFailed(selfCommitted, RetryPolicy.Cause.SERIALIZATION_FAILURE, failure)
          .encode();
    }

    private void record(FrameType type, byte[] payload) {
      recorder.rolledBack(new RecordedAnswer(type, payload).encode());
    }
  }

  @Nested
  class ARecorderThatCannotBeRead {

    @Test
    void leavesTheOutcomeUnknown() throws IOException {
      running();
      Files.write(directory.resolve("recorder"), new byte[0]);

      crash(Phase.UNREADABLE, Outcome.UNKNOWN);
    }

    @Test
    void leavesTheOutcomeUnknownWhenItIsOfALaterDispatch() {
      recorder.running(dispatch.sequence() + 1);

      crash(Phase.UNREADABLE, Outcome.UNKNOWN);
    }
  }

  @Nested
  class AProcessThatCouldNotBeReaped {

    @Test
    void leavesTheOutcomeUnknownWhateverTheRecorderSays() {
      Answer answer = settlement.judge(death(null, "it is stuck in the kernel")).provisional();

      assertThat(answer.outcome()).isEqualTo(Outcome.UNKNOWN);
    }
  }

  @Nested
  class ATaskThatWasBeingStopped {

    @ParameterizedTest
    @EnumSource(StopReason.class)
    void isReportedAsStoppedWhenWeEndedTheWorker(StopReason reason) throws IOException {
      running();
      stop(reason);
      worker.kill();

      Answer answer = settle();

      assertThat(answer).isInstanceOf(Answer.Failure.class);
      assertThat(answer.outcome()).isEqualTo(Outcome.ROLLED_BACK);
      assertThat(((Answer.Failure) answer).exception())
          .isNotInstanceOf(WorkerCrashedException.class)
          .hasMessageContaining("it was rolled back");
    }

    @Test
    void isUnknownWhenWeEndedTheWorkerInItsCommit() throws IOException {
      running();
      recorder.committing(NO_TRANSACTION, RESULT);
      stop(StopReason.DEADLINE);
      worker.kill();

      Answer answer = settle();

      assertThat(answer).isInstanceOf(Answer.Failure.class);
      assertThat(((Answer.Failure) answer).exception())
          .isInstanceOfSatisfying(
              TransactionTimeoutException.class,
              timeout -> assertThat(timeout.outcome()).isEqualTo(Outcome.UNKNOWN));
    }

    @Test
    void isReportedAsACrashWhenTheWorkerDiedByItself() throws IOException {
      running();
      stop(StopReason.CANCELLED);
      process.exit(139);

      assertThat(crash(Phase.RUNNING, Outcome.ROLLED_BACK))
          .isNotInstanceOf(TransactionCancelledException.class);
    }
  }

  @Nested
  class TheCrashReport {

    @Test
    void holdsAllThatIsKnown() throws IOException {
      running();
      Path log = Files.createFile(directory.resolve(ERROR_LOG));

      CrashReport report = crash(Phase.RUNNING, Outcome.ROLLED_BACK).crashReport();

      assertThat(report)
          .isEqualTo(
              CrashReport.builder("bank-worker-3.7", Phase.RUNNING)
                  .pid(4711)
                  .signal("SIGKILL")
                  .client("teller")
                  .lastOutput("last words")
                  .hsErr(log.toString())
                  .build());
    }

    @Test
    void hasNoErrorLogWhenTheJvmWroteNone() {
      running();

      assertThat(crash(Phase.RUNNING, Outcome.ROLLED_BACK).crashReport().hsErr()).isEmpty();
    }
  }

  /** Lets the dispatch run as far as its CANCEL. */
  private void stop(StopReason reason) throws IOException {
    task.requestStop(reason);
    assertThatThrownBy(dispatch::run).hasMessage("the test looks no further");
    ByteBuffer said = ByteBuffer.allocate(100);
    control.right().read(said);
    assertThat(new String(said.array(), 0, said.position(), StandardCharsets.US_ASCII))
        .isEqualTo("CANCEL " + dispatch.sequence() + "\n");
  }
}
