package io.cofferdam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.cofferdam.TransactionException.Details;
import io.cofferdam.TransactionRejectedException.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ExceptionsTest {

  private static final UUID ID = new UUID(1, 2);

  private static final CrashReport REPORT =
      CrashReport.builder("bank-worker-3.7", CrashReport.Phase.COMMITTING)
          .pid(4711)
          .exitCode(3)
          .client("teller-17")
          .lastOutput("OutOfMemoryError")
          .hsErr("/tmp/hs_err_pid4711.log")
          .build();

  private static Details details(Outcome outcome) {
    return Details.of(outcome).taskId(ID);
  }

  static List<TransactionException> all() {
    SQLException cause = new SQLException("full", "53100", 7);
    return List.of(
        new CommitFailedException("commit failed", details(Outcome.ROLLED_BACK), cause),
        new PartialCommitException("partly", details(Outcome.UNKNOWN)),
        new RemoteTaskException(
            "remote", details(Outcome.ROLLED_BACK), "com.example.X", "x", "at y"),
        new ResultLostException("lost", details(Outcome.COMMITTED), cause),
        new TaskSerializationException("bytes", details(Outcome.NOT_STARTED), cause),
        new TransactionCancelledException("cancelled", details(Outcome.UNKNOWN), cause),
        new TransactionInterruptedException("interrupted", details(Outcome.NOT_STARTED), cause),
        new TransactionRejectedException(
            "full", details(Outcome.NOT_STARTED), cause, Reason.QUEUE_FULL),
        new TransactionTimeoutException("late", details(Outcome.UNKNOWN), cause),
        new WorkerCrashedException("crashed", details(Outcome.UNKNOWN), cause, REPORT),
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
      assertThat(new TransactionTimeoutException("x", Details.of(outcome), null).retrySafe())
          .isEqualTo(safe);
    }

    @Test
    void mayHaveNoTask() {
      assertThat(new TransactionTimeoutException("x", Details.of(Outcome.UNKNOWN), null).taskId())
          .isEmpty();
      assertThat(new TransactionTimeoutException("x", details(Outcome.UNKNOWN), null).taskId())
          .contains(ID);
    }

    @Test
    void hasAFinalOutcomeUnlessThatIsStillBeingFoundOut() {
      CompletableFuture<Outcome> open = new CompletableFuture<>();
      TransactionException timeout =
          new TransactionTimeoutException(
              "x", details(Outcome.UNKNOWN).resolution(open).sessionMayBeAlive(true), null);

      assertThat(timeout.sessionMayBeAlive()).isTrue();
      assertThat(timeout.resolution()).isSameAs(open);
      assertThat(all())
          .allSatisfy(
              each -> {
                assertThat(each.resolution()).isCompletedWithValue(each.outcome());
                assertThat(each.sessionMayBeAlive()).isFalse();
              });
    }

    @Test
    void isResolvedByItsOutcomeAfterSerialization() throws Exception {
      TransactionException open =
          new TransactionTimeoutException(
              "x",
              details(Outcome.UNKNOWN)
                  .resolution(new CompletableFuture<>())
                  .sessionMayBeAlive(true),
              null);

      TransactionException copy = copy(open, TransactionException.class);

      assertThat(copy.sessionMayBeAlive()).isTrue();
      assertThat(copy.resolution()).isCompletedWithValue(Outcome.UNKNOWN);
    }

    @Test
    void isOneOfThoseThatAreKnown() {
      assertThat(all())
          .extracting(Object::getClass)
          .containsExactlyInAnyOrder(TransactionException.class.getPermittedSubclasses());
    }
  }

  @Nested
  class AnOutcomeThatAnExceptionCannotHave {

    @Test
    void isRefused() {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  new TransactionRejectedException(
                      "no", details(Outcome.UNKNOWN), null, Reason.QUEUE_FULL))
          .withMessageContaining("UNKNOWN")
          .withMessageContaining("NOT_STARTED");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new ResultLostException("lost", details(Outcome.ROLLED_BACK), null));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new PartialCommitException("partly", details(Outcome.COMMITTED)));
    }
  }

  @Nested
  class ACrash {

    @Test
    void keepsItsReportThroughSerialization() throws Exception {
      WorkerCrashedException crash =
          new WorkerCrashedException("crashed", details(Outcome.UNKNOWN), null, REPORT);

      assertThat(copy(crash, WorkerCrashedException.class).crashReport()).isEqualTo(REPORT);
    }

    @Test
    void hasAnExitCodeOrASignal() {
      assertThat(REPORT.exitCode()).hasValue(3);
      assertThat(REPORT.signal()).isEmpty();
      assertThat(REPORT.hsErr()).contains("/tmp/hs_err_pid4711.log");

      CrashReport killed =
          CrashReport.builder("w", CrashReport.Phase.RUNNING).signal("SIGKILL").build();
      assertThat(killed.exitCode()).isEmpty();
      assertThat(killed.signal()).contains("SIGKILL");
      assertThat(killed.hsErr()).isEmpty();
    }

    @Test
    void isReportedWithWhatIsKnown() {
      assertThat(REPORT.worker()).isEqualTo("bank-worker-3.7");
      assertThat(REPORT.phase()).isEqualTo(CrashReport.Phase.COMMITTING);
      assertThat(REPORT.pid()).isEqualTo(4711);
      assertThat(REPORT.client()).isEqualTo("teller-17");
      assertThat(REPORT.lastOutput()).isEqualTo("OutOfMemoryError");
    }

    @Test
    void isReportedByAValue() {
      CrashReport.Builder killed =
          CrashReport.builder("w", CrashReport.Phase.RUNNING).signal("SIGKILL");
      CrashReport report = killed.build();

      assertThat(killed.build()).isEqualTo(report).hasSameHashCodeAs(report);
      assertThat(report.toString()).contains("SIGKILL", "RUNNING").doesNotContain("exitCode");
      assertThat(killed.pid(1).build()).isNotEqualTo(report);
      assertThat(CrashReport.builder("w", CrashReport.Phase.COMMITTED).signal("SIGKILL").build())
          .isNotEqualTo(report);
    }
  }

  @Nested
  class ARefusal {

    @ParameterizedTest
    @EnumSource(Reason.class)
    void keepsItsReasonThroughSerialization(Reason reason) throws Exception {
      TransactionRejectedException refusal =
          new TransactionRejectedException("no", Details.of(Outcome.NOT_STARTED), null, reason);

      assertThat(copy(refusal, TransactionRejectedException.class).reason()).isEqualTo(reason);
      assertThat(refusal.outcome()).isEqualTo(Outcome.NOT_STARTED);
    }
  }

  @Nested
  class ARemoteException {

    @Test
    void keepsWhatIsKnownOfItThroughSerialization() throws Exception {
      RemoteTaskException remote =
          new RemoteTaskException("r", details(Outcome.UNKNOWN), "com.example.X", null, "at y");

      RemoteTaskException copy = copy(remote, RemoteTaskException.class);

      assertThat(copy.remoteClassName()).isEqualTo("com.example.X");
      assertThat(copy.remoteMessage()).isEmpty();
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
