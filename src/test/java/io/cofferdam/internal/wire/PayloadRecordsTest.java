package io.cofferdam.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cofferdam.OutcomeTracking;
import io.cofferdam.RetryPolicy.Cause;
import io.cofferdam.SessionHygiene;
import io.cofferdam.internal.config.Database;
import io.cofferdam.internal.config.TaskRules;
import io.cofferdam.internal.config.Tracking;
import io.cofferdam.internal.state.SessionState;
import io.cofferdam.internal.state.TransactionState;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadRecordsTest {

  /** One way to decode a payload. */
  interface Decode {
    Object from(byte[] payload) throws ProtocolException;
  }

  record Case(Object value, byte[] payload, Decode decode) {
    @Override
    public String toString() {
      return value.getClass().getSimpleName();
    }
  }

  private static final byte[] BYTES = {9, 8, 7};

  private static final Welcome WELCOME =
      new Welcome(
          "bank-worker-3.7",
          "/dev/shm/r",
          new Database(
              "jdbc:postgresql://localhost/bank",
              "bank",
              "s3cret",
              Map.of("ssl", "true"),
              SessionHygiene.STRICT),
          new Tracking.Ledger("bank.cofferdam_outcome", Duration.ofDays(1)),
          new TaskRules(List.of("com.example.**"), List.of("hz.*")),
          new JvmSettings(
              new JvmDefaults("Europe/Berlin", "de-DE", "en-GB", "fr-CH"),
              Map.of("javax.net.ssl.trustStorePassword", "changeit"),
              List.of("a.jar 1", "b.jar 2")));

  static List<Case> cases() {
    Hello hello = new Hello("token", Hello.Way.CHANNEL);
    NotCommitted notCommitted =
        new NotCommitted(
            NotCommitted.Reason.OCCUPIED, true, Cause.DEADLOCK, "a thread is inside", BYTES);
    TaskFailed failed = new TaskFailed(true, Cause.CONNECTION_LOST, BYTES);
    RecordedAnswer recorded = new RecordedAnswer(FrameType.STORED, BYTES);
    TaskRequest request = new TaskRequest(33, 8, true, "id/1", "key", "print", BYTES);
    SettleReport report = new SettleReport(SessionState.GONE, TransactionState.COMMITTED, BYTES);
    return List.of(
        new Case(hello, hello.encode(), Hello::decode),
        new Case(WELCOME, WELCOME.encode(), Welcome::decode),
        new Case(notCommitted, notCommitted.encode(), NotCommitted::decode),
        new Case(failed, failed.encode(), TaskFailed::decode),
        new Case(recorded, recorded.encode(), RecordedAnswer::decode),
        settle(new CommitQuestion.Nothing()),
        settle(new CommitQuestion.ByTransactionId()),
        settle(new CommitQuestion.ByLedgerRow("id/1", true, false)),
        new Case(report, report.encode(), SettleReport::decode),
        note(new CommitNote.WroteNothing()),
        note(new CommitNote.TransactionId("815")),
        note(new CommitNote.LedgerRow(true)),
        note(new CommitNote.LedgerRow(false)),
        new Case(request, request.encode(), TaskRequest::decode));
  }

  private static Case settle(CommitQuestion question) {
    SettleRequest settle = new SettleRequest("4711 1.5", true, BYTES, question);
    return new Case(settle, settle.encode(), SettleRequest::decode);
  }

  private static Case note(CommitNote note) {
    return new Case(note, note.encode(), CommitNote::decode);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void comeBackAsTheyWere(Case given) throws ProtocolException {
    assertThat(given.decode().from(given.payload()))
        .usingRecursiveComparison()
        .isEqualTo(given.value());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void areProtocolErrorsWhereverTheyAreCutOff(Case given) {
    for (int length = 0; length < given.payload().length; length++) {
      byte[] cut = Arrays.copyOf(given.payload(), length);
      assertThatThrownBy(() -> given.decode().from(cut))
          .as("cut off after %d bytes", length)
          .isInstanceOf(ProtocolException.class);
    }
  }

  @Nested
  class AWelcome {

    @ParameterizedTest
    @EnumSource(OutcomeTracking.class)
    void saysHowOutcomesAreTracked(OutcomeTracking kind) throws ProtocolException {
      Tracking tracking = Tracking.of(kind, "t", Duration.ofSeconds(1));
      Welcome given =
          new Welcome("w", "r", WELCOME.database(), tracking, WELCOME.rules(), WELCOME.jvm());

      assertThat(Welcome.decode(given.encode()).tracking()).isEqualTo(tracking);
    }

    @Test
    void mayHaveNoCredentials() throws ProtocolException {
      Welcome without =
          new Welcome(
              "w",
              "r",
              new Database("jdbc:x", null, null, Map.of(), SessionHygiene.FAST),
              new Tracking.None(),
              new TaskRules(List.of(), List.of()),
              new JvmSettings(new JvmDefaults("UTC", "", "", ""), Map.of(), List.of()));

      assertThat(Welcome.decode(without.encode())).isEqualTo(without);
    }

    @Test
    void doesNotPrintCredentials() {
      assertThat(WELCOME).hasToString("Welcome[bank-worker-3.7]");
    }
  }

  @Nested
  class AHello {

    @Test
    void doesNotPrintItsToken() {
      assertThat(new Hello("abcdef", Hello.Way.CONTROL))
          .hasToString("Hello[token hidden, way=CONTROL]");
    }
  }

  @Nested
  class AReasonNotToCommit {

    @ParameterizedTest
    @EnumSource(NotCommitted.Reason.class)
    void comesBackAsItWas(NotCommitted.Reason reason) throws ProtocolException {
      NotCommitted given = new NotCommitted(reason, false, null, "why", new byte[0]);

      assertThat(NotCommitted.decode(given.encode()).reason()).isEqualTo(reason);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void saysWhetherTheSessionMayBeAlive(boolean alive) throws ProtocolException {
      NotCommitted given =
          new NotCommitted(NotCommitted.Reason.CANCELLED, false, null, "", new byte[0], alive);

      assertThat(NotCommitted.decode(given.encode()).sessionMayBeAlive()).isEqualTo(alive);
    }

    @ParameterizedTest
    @ValueSource(bytes = {0, 99, -1, 127})
    void hasACodeThatIsKnown(byte code) {
      byte[] payload =
          new NotCommitted(NotCommitted.Reason.CANCELLED, false, null, "", new byte[0]).encode();
      payload[0] = code;

      assertThatThrownBy(() -> NotCommitted.decode(payload))
          .isInstanceOf(ProtocolException.class)
          .hasMessageContaining("code " + code);
    }
  }

  @Nested
  class ACauseOfARetry {

    @ParameterizedTest
    @EnumSource(names = "WORKER_CRASH", mode = EnumSource.Mode.EXCLUDE)
    void comesBackAsItWas(Cause cause) throws ProtocolException {
      NotCommitted given =
          new NotCommitted(NotCommitted.Reason.COMMIT_REFUSED, false, cause, "why", new byte[0]);

      assertThat(NotCommitted.decode(given.encode()).retryCause()).isEqualTo(cause);
      assertThat(TaskFailed.decode(new TaskFailed(false, cause, BYTES).encode()).retryCause())
          .isEqualTo(cause);
    }

    @Test
    void mayBeNone() throws ProtocolException {
      assertThat(TaskFailed.decode(new TaskFailed(false, null, BYTES).encode()).retryCause())
          .isNull();
    }

    @Test
    void isNeverTheDeathOfTheWorkerThatTellsIt() {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new TaskFailed(false, Cause.WORKER_CRASH, BYTES).encode());
    }

    @ParameterizedTest
    @ValueSource(bytes = {4, -1, 127})
    void hasACodeThatIsKnown(byte code) {
      byte[] payload = new TaskFailed(false, null, BYTES).encode();
      payload[1] = code;

      assertThatThrownBy(() -> TaskFailed.decode(payload))
          .isInstanceOf(ProtocolException.class)
          .hasMessageContaining("code " + code);
    }
  }
}
