package io.cofferdam.internal.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.cofferdam.CommitFailedException;
import io.cofferdam.CrashReport;
import io.cofferdam.Outcome;
import io.cofferdam.RemoteTaskException;
import io.cofferdam.ResultLostException;
import io.cofferdam.RetryPolicy.Cause;
import io.cofferdam.TaskSerializationException;
import io.cofferdam.TransactionCancelledException;
import io.cofferdam.TransactionException;
import io.cofferdam.TransactionException.Details;
import io.cofferdam.TransactionInterruptedException;
import io.cofferdam.TransactionRejectedException;
import io.cofferdam.TransactionRejectedException.Reason;
import io.cofferdam.TransactionTimeoutException;
import io.cofferdam.WorkerCrashedException;
import io.cofferdam.internal.codec.Failure;
import io.cofferdam.internal.codec.FailureCodec;
import io.cofferdam.internal.queue.Tasks;
import io.cofferdam.internal.task.Answer;
import io.cofferdam.internal.task.ClientQueue;
import io.cofferdam.internal.task.StopReason;
import io.cofferdam.internal.task.SubmittedTask;
import io.cofferdam.internal.wire.NotCommitted;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FailureMessagesTest {

  private static final byte[] NONE = new byte[0];
  private static final Map<Outcome, String> ENDS =
      Map.of(
          Outcome.NOT_STARTED, "it never started, so it may be given again",
          Outcome.ROLLED_BACK, "it was rolled back, so it may be given again",
          Outcome.COMMITTED, "it was committed",
          Outcome.UNKNOWN, "it may be committed or not: ask the database before you do it again");

  private final FailureCodec failures = new FailureCodec(List.of(), 8_192);
  private final Throwable startFailure = new IllegalStateException("no database");
  private final FailureMessages messages =
      new FailureMessages(failures, () -> "queued=3, busy=2", () -> startFailure);
  private final SubmittedTask task = new Tasks().submitted(new ClientQueue("teller"));
  private final byte[] sqlFailure = failures.encode(new SQLException("no", "40001", 7));

  private TransactionException exception(Answer answer) {
    TransactionException made = ((Answer.Failure) answer).exception();
    assertThat(made.outcome()).isEqualTo(answer.outcome());
    assertThat(made.taskId()).contains(task.id());
    assertThat(made).hasMessageContaining(task.describe());
    return made;
  }

  @Nested
  class ARefusal {

    @ParameterizedTest
    @EnumSource(Reason.class)
    void saysWhyAndHowTheExecutorIs(Reason reason) {
      TransactionRejectedException refusal = messages.rejected(reason, task);

      String why =
          switch (reason) {
            case QUEUE_FULL -> "the queue of the executor is full; slow down, or raise maxQueued";
            case CLIENT_QUEUE_FULL -> "slow down, or raise maxQueuedPerClient";
            case CLIENT_CLOSED -> "the client handle is closed";
            case EXECUTOR_CLOSED -> "the executor is closed";
            case KEY_REUSED -> "give each request a key of its own";
          };
      assertThat(refusal)
          .hasMessageContaining(task.describe() + " was refused: ")
          .hasMessageContaining(why)
          .hasMessageEndingWith(" (queued=3, busy=2)")
          .hasCause(startFailure);
      assertThat(refusal.reason()).isEqualTo(reason);
      assertThat(refusal.outcome()).isEqualTo(Outcome.NOT_STARTED);
      assertThat(refusal.taskId()).contains(task.id());
    }
  }

  @Nested
  class AStop {

    @ParameterizedTest
    @EnumSource(StopReason.class)
    void inTheQueueSaysThatTheTaskNeverStarted(StopReason reason) {
      TransactionException made = exception(messages.stoppedInQueue(task, reason));

      assertThat(made)
          .isExactlyInstanceOf(typeOf(reason))
          .hasMessageContaining(wordsOf(reason))
          .hasMessageContaining(ENDS.get(Outcome.NOT_STARTED))
          .hasMessageEndingWith(" (queued=3, busy=2)")
          .hasCause(startFailure);
      assertThat(made.outcome()).isEqualTo(Outcome.NOT_STARTED);
    }

    @ParameterizedTest
    @EnumSource(StopReason.class)
    void ofARunningTaskSaysWhatBecameOfIt(StopReason reason) {
      for (Outcome outcome : List.of(Outcome.ROLLED_BACK, Outcome.UNKNOWN)) {
        TransactionException made = exception(messages.stopped(task, reason, outcome, sqlFailure));

        assertThat(made)
            .isExactlyInstanceOf(typeOf(reason))
            .hasMessageContaining(ENDS.get(outcome))
            .hasCauseInstanceOf(SQLException.class);
        assertThat(made.outcome()).isEqualTo(outcome);
      }
    }

    @Test
    void ofARunningTaskIsNotBlamedOnTheStartOfWorkers() {
      assertThat(exception(messages.stopped(task, StopReason.DEADLINE, Outcome.UNKNOWN, null)))
          .hasNoCause();
    }

    @Test
    void showsTheExecutorAsItWasWhenTheTaskWasStopped() {
      StringBuilder signs = new StringBuilder("queued=1");
      FailureMessages changing = new FailureMessages(failures, signs::toString, () -> null);

      Answer answer = changing.stoppedInQueue(task, StopReason.DEADLINE);
      signs.append("0000");

      assertThat(exception(answer)).hasMessageEndingWith("(queued=1)").hasNoCause();
    }

    @Test
    void makesANewExceptionForEveryReader() {
      Answer.Failure answer = (Answer.Failure) messages.stoppedInQueue(task, StopReason.CANCELLED);

      assertThat(answer.exception()).isNotSameAs(answer.exception());
    }

    private Class<? extends TransactionException> typeOf(StopReason reason) {
      return switch (reason) {
        case DEADLINE -> TransactionTimeoutException.class;
        case INTERRUPTED -> TransactionInterruptedException.class;
        case CANCELLED, SHUTDOWN -> TransactionCancelledException.class;
      };
    }

    private String wordsOf(StopReason reason) {
      return switch (reason) {
        case DEADLINE -> "passed its deadline";
        case INTERRUPTED -> "the thread that waited for it was interrupted";
        case CANCELLED -> "was cancelled by its future";
        case SHUTDOWN -> "the executor was closed and the shutdown timeout passed";
      };
    }
  }

  @Nested
  class ACancelInTheQueue {

    @Test
    void saysWhyAndThatTheTaskNeverStarted() {
      assertThat(exception(messages.cancelled(task, "its client handle was closed")))
          .isExactlyInstanceOf(TransactionCancelledException.class)
          .hasMessageContaining("was cancelled: its client handle was closed; ")
          .hasMessageEndingWith(ENDS.get(Outcome.NOT_STARTED));
    }
  }

  @Nested
  class ATransactionThatWasNotCommitted {

    @ParameterizedTest
    @EnumSource(
        value = NotCommitted.Reason.class,
        mode = EnumSource.Mode.EXCLUDE,
        names = {"CANCELLED", "KEY_REUSED", "KEY_SPENT"})
    void saysWhatTheWorkerSaid(NotCommitted.Reason reason) {
      NotCommitted given = new NotCommitted(reason, false, null, "the worker's words", sqlFailure);

      TransactionException made = exception(messages.notCommitted(task, given, null));

      assertThat(made)
          .isExactlyInstanceOf(typeOf(reason))
          .hasMessageContaining("the worker's words")
          .hasMessageEndingWith(endOf(reason))
          .hasCauseInstanceOf(SQLException.class);
      assertThat(made.retrySafe()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
        value = NotCommitted.Reason.class,
        mode = EnumSource.Mode.EXCLUDE,
        names = {"NOT_STARTED", "TASK_UNREADABLE", "BEGIN_REFUSED", "KEY_REUSED", "KEY_SPENT"})
    void isUnknownAfterAStatementThatMayHaveCommitted(NotCommitted.Reason reason) {
      NotCommitted given = new NotCommitted(reason, true, null, "words", NONE);

      TransactionException made = exception(messages.notCommitted(task, given, null));

      assertThat(made).hasMessageContaining(ENDS.get(Outcome.UNKNOWN)).hasNoCause();
      assertThat(made.outcome()).isEqualTo(Outcome.UNKNOWN);
      assertThat(made.retrySafe()).isFalse();
    }

    @Test
    void isARefusalIfTheKeyStandsForAnotherRequest() {
      NotCommitted given = new NotCommitted(NotCommitted.Reason.KEY_REUSED, false, null, "", NONE);

      TransactionException made = exception(messages.notCommitted(task, given, null));

      assertThat(made)
          .isInstanceOf(TransactionRejectedException.class)
          .hasMessageContaining("another fingerprint");
      assertThat(made.outcome()).isEqualTo(Outcome.NOT_STARTED);
    }

    @Test
    void isUnknownIfOnlyAPartOfTheKeysWorkIsCommitted() {
      NotCommitted given = new NotCommitted(NotCommitted.Reason.KEY_SPENT, false, null, "", NONE);

      TransactionException made = exception(messages.notCommitted(task, given, null));

      assertThat(made).hasMessageContainingAll("committed in part", "remove the key's row");
      assertThat(made.outcome()).isEqualTo(Outcome.UNKNOWN);
      assertThat(made.retrySafe()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(StopReason.class)
    void isReportedAsWhatStoppedItWhenItWasCancelled(StopReason reason) {
      NotCommitted given =
          new NotCommitted(NotCommitted.Reason.CANCELLED, false, null, "cancelled", sqlFailure);

      assertThat(exception(messages.notCommitted(task, given, reason)))
          .hasSameClassAs(exception(messages.stoppedInQueue(task, reason)))
          .hasMessageContaining(ENDS.get(Outcome.ROLLED_BACK))
          .hasCauseInstanceOf(SQLException.class);
    }

    @Test
    void isACancelWhenNobodyKnowsWhoStoppedIt() {
      NotCommitted given =
          new NotCommitted(NotCommitted.Reason.CANCELLED, false, null, "cancelled", NONE);

      assertThat(exception(messages.notCommitted(task, given, null)))
          .isExactlyInstanceOf(TransactionCancelledException.class)
          .hasNoCause();
    }

    @ParameterizedTest
    @EnumSource(
        value = NotCommitted.Reason.class,
        names = {"CANCELLED", "COMMIT_REFUSED"})
    void saysThatALostSessionMayBeAlive(NotCommitted.Reason reason) {
      NotCommitted given =
          new NotCommitted(reason, false, Cause.CONNECTION_LOST, "lost", sqlFailure, true);

      Answer answer = messages.notCommitted(task, given, null);

      TransactionException made = exception(answer);
      assertThat(made.sessionMayBeAlive()).isTrue();
      assertThat(made.resolution().toCompletableFuture()).isCompletedWithValue(Outcome.ROLLED_BACK);
      boolean cancelled = reason == NotCommitted.Reason.CANCELLED;
      assertThat(answer.retryCause()).isEqualTo(cancelled ? null : Cause.CONNECTION_LOST);
    }

    /** What would fail in the same way again is not advised to be given again. */
    private String endOf(NotCommitted.Reason reason) {
      return switch (reason) {
        case TASK_UNREADABLE -> "it never started";
        case RESULT_REFUSED, ROLLBACK_ONLY -> "it was rolled back";
        default ->
            String.valueOf(ENDS.get(wasBegun(reason) ? Outcome.ROLLED_BACK : Outcome.NOT_STARTED));
      };
    }

    private boolean wasBegun(NotCommitted.Reason reason) {
      return switch (reason) {
        case NOT_STARTED, TASK_UNREADABLE, BEGIN_REFUSED, KEY_REUSED -> false;
        case CANCELLED, RESULT_REFUSED, OCCUPIED, COMMIT_REFUSED, ROLLBACK_ONLY, KEY_SPENT -> true;
      };
    }

    private Class<? extends TransactionException> typeOf(NotCommitted.Reason reason) {
      return switch (reason) {
        case TASK_UNREADABLE, RESULT_REFUSED -> TaskSerializationException.class;
        case KEY_REUSED -> TransactionRejectedException.class;
        case NOT_STARTED,
            BEGIN_REFUSED,
            CANCELLED,
            OCCUPIED,
            COMMIT_REFUSED,
            ROLLBACK_ONLY,
            KEY_SPENT ->
            CommitFailedException.class;
      };
    }
  }

  @Nested
  class ACrash {

    private final CrashReport report =
        CrashReport.builder("bank-worker-3.7", CrashReport.Phase.RUNNING)
            .pid(4711)
            .signal("SIGKILL")
            .client("teller")
            .lastOutput("last words")
            .build();

    @ParameterizedTest
    @EnumSource(Outcome.class)
    void saysWhoDiedAndWhatBecameOfTheTask(Outcome outcome) {
      WorkerCrashedException made =
          (WorkerCrashedException)
              exception(messages.crashed(task, outcome, report, "the channel ended", null));

      assertThat(made)
          .hasMessageStartingWith("bank-worker-3.7 (pid 4711) died while it ran task ")
          .hasMessageContaining(": the channel ended; ")
          .hasMessageEndingWith(String.valueOf(ENDS.get(outcome)))
          .hasNoCause();
      assertThat(made.crashReport()).isSameAs(report);
      assertThat(made.outcome()).isEqualTo(outcome);
    }

    @Test
    void hasWhatTheWorkerSentLastAsItsCause() {
      assertThat(exception(messages.crashed(task, Outcome.UNKNOWN, report, "x", sqlFailure)))
          .hasCauseInstanceOf(SQLException.class);
    }
  }

  @Nested
  class ACrashThatMayBeRetried {

    private final Answer.Failure crash =
        (Answer.Failure)
            messages.crashed(
                task,
                Outcome.ROLLED_BACK,
                CrashReport.builder("w", CrashReport.Phase.RUNNING).exitCode(0).build(),
                "x",
                null);

    @Test
    void isOneWhoseSessionIsGone() {
      var resolution = CompletableFuture.completedStage(Outcome.ROLLED_BACK);

      assertThat(crash.following(resolution, false).retryCause()).isEqualTo(Cause.WORKER_CRASH);
      assertThat(crash.following(resolution, true).retryCause()).isNull();
    }
  }

  @Nested
  class AfterAnAttemptThatWasRolledBack {

    @BeforeEach
    void fail() {
      task.triedAgainAfter(
          new Answer.TaskFailed(Outcome.ROLLED_BACK, Cause.DEADLOCK, sqlFailure, "worker"));
    }

    @ParameterizedTest
    @EnumSource(StopReason.class)
    void aStopInTheQueueSaysSo(StopReason reason) {
      TransactionException stopped = exception(messages.stoppedInQueue(task, reason));

      assertThat(stopped.outcome()).isEqualTo(Outcome.ROLLED_BACK);
      assertThat(stopped).hasMessageContaining(ENDS.get(Outcome.ROLLED_BACK));
    }

    @Test
    void aCancelInTheQueueSaysSo() {
      assertThat(exception(messages.cancelled(task, "why")).outcome())
          .isEqualTo(Outcome.ROLLED_BACK);
    }

    @Test
    void aRefusalToBeginSaysSo() {
      NotCommitted given =
          new NotCommitted(
              NotCommitted.Reason.BEGIN_REFUSED, false, Cause.DEADLOCK, "words", sqlFailure);

      Answer answer = messages.notCommitted(task, given, null);

      assertThat(exception(answer).outcome()).isEqualTo(Outcome.ROLLED_BACK);
      assertThat(answer.retryCause()).isEqualTo(Cause.DEADLOCK);
    }
  }

  @Nested
  class ALostResult {

    @Test
    void saysThatTheTaskWasCommitted() {
      TransactionException made = exception(messages.resultLost(task, "the worker died"));

      assertThat(made)
          .isExactlyInstanceOf(ResultLostException.class)
          .hasMessageContaining("was committed, but its result is lost: the worker died; ")
          .hasMessageEndingWith("read it from the database, do not run the task again");
      assertThat(made.outcome()).isEqualTo(Outcome.COMMITTED);
      assertThat(made.retrySafe()).isFalse();
    }
  }

  @Nested
  class AFailureFromAWorker {

    @Test
    void isRebuilt() {
      assertThat(messages.decode(sqlFailure))
          .isInstanceOfSatisfying(
              SQLException.class, rebuilt -> assertThat(rebuilt.getSQLState()).isEqualTo("40001"));
    }

    @Test
    void isSomethingEvenWhenItsBytesAreNoFailure() {
      assertThat(messages.decode(new byte[] {1, 2, 3})).hasMessageContaining("cannot be received");
    }

    @Test
    void isDescribedWhenItCannotBeRebuilt() {
      RemoteTaskException remote =
          FailureMessages.remote(
              new Failure.Foreign("com.example.Odd", message(), "at somewhere"),
              Details.of(Outcome.ROLLED_BACK).taskId(task.id()));

      assertThat(remote)
          .hasMessageContaining("the task failed with com.example.Odd: odd, ")
          .hasMessageContaining(ENDS.get(Outcome.ROLLED_BACK))
          .hasMessageEndingWith("at somewhere");
      assertThat(remote.remoteClassName()).isEqualTo("com.example.Odd");
      assertThat(remote.remoteMessage()).contains("odd");
      assertThat(remote.remoteStackTrace()).isEqualTo("at somewhere");
    }

    /** Its texts are a worker's. */
    @Test
    void neitherForgesLinesNorReordersThem() {
      RemoteTaskException remote =
          FailureMessages.remote(
              new Failure.Foreign("com.example.Odd\nWARN", "odd\u202e\u2028", "at\u001b[2J"),
              Details.of(Outcome.ROLLED_BACK).taskId(task.id()));

      assertThat(remote.getMessage())
          .contains("com.example.Odd\\u000aWARN: odd\\u202e\\u2028, ")
          .endsWith("at\\u001b[2J");
    }

    @Test
    void mayHaveNoMessage() {
      assertThat(
              FailureMessages.remote(
                  new Failure.Foreign("com.example.Odd", null, ""), Details.of(Outcome.UNKNOWN)))
          .hasMessageContaining("failed with com.example.Odd, which cannot be rebuilt");
    }

    private @Nullable String message() {
      return "odd";
    }
  }
}
