package io.cofferdam;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ExceptionsTest {

  private static final UUID ID = new UUID(1, 2);

  private static final CrashReport REPORT =
      new CrashReport(
          "bank-worker-3.7",
          4711,
          3,
          null,
          CrashReport.Phase.COMMITTING,
          "teller-17",
          "OutOfMemoryError",
          "/tmp/hs_err_pid4711.log");

  static List<TransactionException> all() {
    SQLException cause = new SQLException("full", "53100", 7);
    return List.of(
        new CommitFailedException("commit failed", Outcome.ROLLED_BACK, ID, cause),
        new PartialCommitException("partly", ID),
        new RemoteTaskException("remote", Outcome.ROLLED_BACK, ID, "com.example.X", "x", "at y"),
        new ResultLostException("lost", Outcome.COMMITTED, ID, cause),
        new TaskSerializationException("bytes", Outcome.NOT_STARTED, ID, cause),
        new TransactionCancelledException("cancelled", Outcome.UNKNOWN, ID, cause),
        new TransactionInterruptedException("interrupted", Outcome.NOT_STARTED, ID, cause),
        new TransactionRejectedException(
            "full", TransactionRejectedException.Reason.QUEUE_FULL, ID, cause),
        new TransactionTimeoutException("late", Outcome.UNKNOWN, ID, cause),
        new WorkerCrashedException("crashed", Outcome.UNKNOWN, ID, cause, REPORT),
        new WorkerStartException("not started", "no such database", cause));
  }

  private static <T extends Serializable> T copy(T original, Class<T> type)
      throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(original);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return type.cast(in.readObject());
    }
  }

  @Nested
  class EveryException {

    @ParameterizedTest
    @MethodSource("io.cofferdam.ExceptionsTest#all")
    void survivesSerialization(TransactionException original) throws Exception {
      TransactionException copy = copy(original, TransactionException.class);

      assertThat(copy).hasSameClassAs(original).hasMessage(original.getMessage());
      assertThat(copy.outcome()).isEqualTo(original.outcome());
      assertThat(copy.taskId()).isEqualTo(original.taskId());
      assertThat(copy.retrySafe()).isEqualTo(original.retrySafe());
      if (original.getCause() != null) {
        assertThat(copy).cause().hasMessage("full").isInstanceOf(SQLException.class);
      }
    }

    @ParameterizedTest
    @CsvSource({"NOT_STARTED, true", "ROLLED_BACK, true", "COMMITTED, false", "UNKNOWN, false"})
    void mayBeRetriedWhenNothingOfTheTaskRemains(Outcome outcome, boolean safe) {
      assertThat(new TransactionTimeoutException("x", outcome, null, null).retrySafe())
          .isEqualTo(safe);
    }

    @Test
    void mayHaveNoTask() {
      assertThat(new TransactionTimeoutException("x", Outcome.UNKNOWN, null, null).taskId())
          .isEmpty();
      assertThat(new TransactionTimeoutException("x", Outcome.UNKNOWN, ID, null).taskId())
          .contains(ID);
    }
  }

  @Nested
  class ACrash {

    @Test
    void keepsItsReportThroughSerialization() throws Exception {
      WorkerCrashedException crash =
          new WorkerCrashedException("crashed", Outcome.UNKNOWN, ID, null, REPORT);

      assertThat(copy(crash, WorkerCrashedException.class).crashReport()).isEqualTo(REPORT);
    }

    @Test
    void hasAnExitCodeOrASignal() {
      assertThat(REPORT.exitCode()).hasValue(3);
      assertThat(REPORT.signal()).isEmpty();
      assertThat(REPORT.hsErr()).contains("/tmp/hs_err_pid4711.log");

      CrashReport killed =
          new CrashReport("w", 1, null, "SIGKILL", CrashReport.Phase.RUNNING, "c", "", null);
      assertThat(killed.exitCode()).isEmpty();
      assertThat(killed.signal()).contains("SIGKILL");
      assertThat(killed.hsErr()).isEmpty();
    }
  }

  @Nested
  class ARefusal {

    @ParameterizedTest
    @EnumSource(TransactionRejectedException.Reason.class)
    void keepsItsReasonThroughSerialization(TransactionRejectedException.Reason reason)
        throws Exception {
      TransactionRejectedException refusal =
          new TransactionRejectedException("no", reason, null, null);

      assertThat(copy(refusal, TransactionRejectedException.class).reason()).isEqualTo(reason);
      assertThat(refusal.outcome()).isEqualTo(Outcome.NOT_STARTED);
    }
  }

  @Nested
  class ARemoteException {

    @Test
    void keepsWhatIsKnownOfItThroughSerialization() throws Exception {
      RemoteTaskException remote =
          new RemoteTaskException("r", Outcome.UNKNOWN, ID, "com.example.X", null, "at y");

      RemoteTaskException copy = copy(remote, RemoteTaskException.class);

      assertThat(copy.remoteClassName()).isEqualTo("com.example.X");
      assertThat(copy.remoteMessage()).isNull();
      assertThat(copy.remoteStackTrace()).isEqualTo("at y");
    }
  }

  @Nested
  class AFailureToStart {

    @Test
    void keepsTheWorkersOutputThroughSerialization() throws Exception {
      WorkerStartException failure = new WorkerStartException("no", "last words", null);

      assertThat(copy(failure, WorkerStartException.class).lastOutput()).isEqualTo("last words");
      assertThat(failure.outcome()).isEqualTo(Outcome.NOT_STARTED);
      assertThat(failure.taskId()).isEmpty();
    }
  }
}
