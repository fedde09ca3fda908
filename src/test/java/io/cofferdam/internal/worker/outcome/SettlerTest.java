package io.cofferdam.internal.worker.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cofferdam.OutcomeTracking;
import io.cofferdam.SessionHygiene;
import io.cofferdam.internal.config.Database;
import io.cofferdam.internal.config.TaskRules;
import io.cofferdam.internal.config.Tracking;
import io.cofferdam.internal.dialect.Dialect;
import io.cofferdam.internal.dialect.registry.Dialects;
import io.cofferdam.internal.recorder.FlightRecorder;
import io.cofferdam.internal.recorder.RecorderFile;
import io.cofferdam.internal.state.SessionState;
import io.cofferdam.internal.state.TransactionState;
import io.cofferdam.internal.wire.CommitNote;
import io.cofferdam.internal.wire.CommitQuestion;
import io.cofferdam.internal.wire.JvmDefaults;
import io.cofferdam.internal.wire.JvmSettings;
import io.cofferdam.internal.wire.SettleReport;
import io.cofferdam.internal.wire.SettleRequest;
import io.cofferdam.internal.wire.Welcome;
import io.cofferdam.internal.worker.session.Session;
import io.cofferdam.testing.Databases;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settles what other sessions left behind, on real databases; the dead worker is the test. */
@Tag("any-jdk")
@Tag("process")
@SuppressWarnings("NullAway.Init")
class SettlerTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final byte[] NOTHING = {};

  @TempDir Path directory;

  private TestDatabase database;
  private Session session;
  private Settler settler;
  private Connection dead;

  private void open(DatabaseKind kind) throws Exception {
    open(kind, OutcomeTracking.TRANSACTION_ID);
  }

  private void open(DatabaseKind kind, OutcomeTracking tracking) throws Exception {
    open(Databases.fresh(kind), tracking);
  }

  private void open(TestDatabase fresh, OutcomeTracking tracking) throws Exception {
    database = fresh;
    RecorderFile file = RecorderFile.create(directory, "cofferdam-1-1");
    Welcome welcome =
        new Welcome(
            "settler",
            file.path().toString(),
            new Database(
                database.url(),
                database.username(),
                database.password(),
                Map.of(),
                SessionHygiene.FAST),
            Tracking.of(tracking, "cofferdam_outcome", Duration.ofHours(1)),
            new TaskRules(List.of(), List.of()),
            new JvmSettings(JvmDefaults.current(), Map.of(), List.of()));
    Dialect dialect = Dialects.forUrl(database.url());
    Tracker tracker = Tracker.of(welcome.tracking(), dialect);
    session = new Session(dialect, welcome, FlightRecorder.open(file.path()), tracker::opened);
    session.connect();
    assertThat(new String(file.session(), StandardCharsets.UTF_8)).isNotEmpty();
    settler = new Settler(session, tracker);
    dead = database.connect();
  }

  @AfterEach
  void close() throws Exception {
    session.close();
    dead.close();
  }

  private SettleReport ask(String id, boolean end) throws Exception {
    return settler.settle(new SettleRequest(id, end, NOTHING, new CommitQuestion.Nothing()));
  }

  @Nested
  @ParameterizedClass
  @EnumSource(DatabaseKind.class)
  @SuppressWarnings({"NullAway", "NullAway.Init"})
  class TheSessionOfADeadWorker {

    @Parameter DatabaseKind kind;
    private String id;

    @BeforeEach
    void mark() throws Exception {
      open(kind);
      Dialect dialect = Dialects.forUrl(database.url());
      id = dialect.sessions().identify(dead, "cofferdam-1-2:1");
      assertThat(id).isNotEmpty();
    }

    @Test
    void isLeftAloneUntilItMayBeEnded() throws Exception {
      assertThat(ask(id, false).session()).isEqualTo(SessionState.ALIVE);
      assertThat(ask(id, false).session()).isEqualTo(SessionState.ALIVE);
      assertThat(Sql.number(dead, "SELECT 1")).isOne();
    }

    @Test
    void isEndedWithItsLocks() throws Exception {
      database.run("CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1)");
      dead.setAutoCommit(false);
      Sql.run(dead, "UPDATE t SET id = 2");

      await().atMost(PATIENCE).until(() -> ask(id, true).session() == SessionState.GONE);

      database.run("UPDATE t SET id = 3");
      assertThat(database.number("SELECT id FROM t")).isEqualTo(3);
    }

    /** Whatever the server does with the statement, nothing of it remains. */
    @Test
    void leavesNothingIfItIsEndedWhileItWaits() throws Exception {
      database.run("CREATE TABLE t (id INT PRIMARY KEY)");
      try (Connection holder = database.connect()) {
        holder.setAutoCommit(false);
        Sql.run(holder, "INSERT INTO t VALUES (1)");
        dead.setAutoCommit(false);
        FutureTask<?> waiting =
            new FutureTask<>(
                () -> {
                  Sql.run(dead, "INSERT INTO t VALUES (1)");
                  return true;
                });
        new Thread(waiting, "waiting").start();
        await().atMost(PATIENCE).until(() -> database.number(kind.waiters("t")) > 0);

        ask(id, true);
        holder.rollback();
        await().atMost(PATIENCE).until(waiting::isDone);
        dead.close();
        await().atMost(PATIENCE).until(() -> ask(id, true).session() == SessionState.GONE);
      }

      database.run("INSERT INTO t VALUES (1)", "DELETE FROM t", "INSERT INTO t VALUES (2)");
      assertThat(database.number("SELECT id FROM t")).isEqualTo(2);
    }

    @Test
    void isGoneOnceItHasEndedByItself() throws Exception {
      dead.close();
      await().atMost(PATIENCE).until(() -> ask(id, false).session() == SessionState.GONE);
    }

    @Test
    void isGoneWhenItsNumberBelongsToSomebodyElse() throws Exception {
      String[] parts = id.split(" ", 3);
      String other =
          kind == DatabaseKind.MARIADB
              ? "cofferdam-9-9:1 " + parts[2].split("/", 2)[0] + "/1500000000"
              : "1.5";

      assertThat(ask(parts[0] + " " + other, true).session()).isEqualTo(SessionState.GONE);
      assertThat(Sql.number(dead, "SELECT 1")).isOne();
    }

    @Test
    void isNotKnownIfItLeftNoMark() throws Exception {
      assertThat(ask("", true).session()).isEqualTo(SessionState.NOT_KNOWN);
    }
  }

  /** A mark can be given back, by the task or by what it calls. */
  @Nested
  class ASessionOfMariaDbWithoutItsMark {

    private String id;

    @BeforeEach
    void giveTheMarkBack() throws Exception {
      open(DatabaseKind.MARIADB);
      database.run("CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1)");
      id = Dialects.forUrl(database.url()).sessions().identify(dead, "cofferdam-1-2:1");
      dead.setAutoCommit(false);
      Sql.run(dead, "UPDATE t SET id = 2", "SELECT RELEASE_ALL_LOCKS()");
    }

    @Test
    void isFoundAndEndedAllTheSame() throws Exception {
      assertThat(ask(id, false).session()).isEqualTo(SessionState.ALIVE);
      assertThat(Sql.number(dead, "SELECT 1")).isOne();

      await().atMost(PATIENCE).until(() -> ask(id, true).session() == SessionState.GONE);

      database.run("UPDATE t SET id = 3");
      assertThat(database.number("SELECT id FROM t")).isEqualTo(3);
    }

    @Test
    void isGoneOnceItHasEndedByItself() throws Exception {
      dead.close();
      await().atMost(PATIENCE).until(() -> ask(id, false).session() == SessionState.GONE);
    }

    @Test
    void isLeftAloneIfItIsInAnotherServer() throws Exception {
      String elsewhere = id.substring(0, id.lastIndexOf(' ')) + " elsewhere:3306/1500000000";

      assertThat(ask(elsewhere, true).session()).isEqualTo(SessionState.NOT_KNOWN);
      assertThat(Sql.number(dead, "SELECT 1")).isOne();
    }

    @Test
    void isLeftAloneIfItsServerIsNotKnown() throws Exception {
      String somewhere = id.substring(0, id.lastIndexOf(' '));

      assertThat(ask(somewhere, true).session()).isEqualTo(SessionState.NOT_KNOWN);
      assertThat(Sql.number(dead, "SELECT 1")).isOne();
    }
  }

  /** The server neither ends nor lists it for its own user then. */
  @ParameterizedTest
  @ValueSource(strings = {"0", "RELEASE_ALL_LOCKS()"})
  void aSessionOfMariaDbLivesInsideARoutineOfAnotherUser(String first) throws Exception {
    open(DatabaseKind.MARIADB);
    String id = Dialects.forUrl(database.url()).sessions().identify(dead, "cofferdam-1-2:1");
    try (Connection admin = Databases.shared(DatabaseKind.MARIADB).admin(database)) {
      Sql.run(
          admin,
          "CREATE FUNCTION waiting() RETURNS INT BEGIN DECLARE n INT DEFAULT "
              + first
              + "; RETURN GET_LOCK('"
              + database.name()
              + "', 60); END",
          "SELECT GET_LOCK('" + database.name() + "', 0)");
      FutureTask<?> inside = new FutureTask<>(() -> Sql.number(dead, "SELECT waiting()"));
      new Thread(inside, "inside").start();
      String waits =
          "SELECT COUNT(*) FROM information_schema.processlist WHERE state = 'User lock' AND id = "
              + id.split(" ", 2)[0];
      await().atMost(PATIENCE).until(() -> Sql.number(admin, waits) == 1);

      assertThat(ask(id, true).session()).isEqualTo(SessionState.ALIVE);
      assertThat(ask(id, true).session()).isEqualTo(SessionState.ALIVE);

      Sql.run(admin, "SELECT RELEASE_ALL_LOCKS()");
      inside.get();
    }
    await().atMost(PATIENCE).until(() -> ask(id, true).session() == SessionState.GONE);
  }

  /** Its role must neither see nor end the sessions of the login. */
  @Test
  void aSessionOfPostgresIsEndedWhateverRoleItTakesAtItsStart() throws Exception {
    database = Databases.fresh(DatabaseKind.POSTGRESQL);
    String role = database.username() + "_other";
    try (Connection admin = Databases.shared(DatabaseKind.POSTGRESQL).admin(database)) {
      Sql.run(
          admin,
          "CREATE ROLE " + role,
          "GRANT " + role + " TO " + database.username(),
          "ALTER ROLE " + database.username() + " SET role = " + role);
    }
    open(database, OutcomeTracking.TRANSACTION_ID);
    String id = Dialects.forUrl(database.url()).sessions().identify(dead, "");
    assertThat(Sql.text(dead, "SELECT current_user")).isEqualTo(role);

    assertThat(ask(id, false).session()).isEqualTo(SessionState.ALIVE);
    assertThat(Sql.number(dead, "SELECT 1")).isOne();
    await().atMost(PATIENCE).until(() -> ask(id, true).session() == SessionState.GONE);
    assertThat(Sql.text(session.connection(), "SELECT current_user")).isEqualTo(role);
    assertThat(dead.isValid(1)).isFalse();
  }

  @Nested
  class ATransactionInDoubt {

    private String life;

    @BeforeEach
    void write() throws Exception {
      open(DatabaseKind.POSTGRESQL);
      database.run("CREATE TABLE t (id INT PRIMARY KEY)");
      life = Dialects.forUrl(database.url()).sessions().identify(dead, "").split(" ", 3)[2];
      dead.setAutoCommit(false);
      Sql.run(dead, "INSERT INTO t VALUES (1)");
    }

    private String id() throws Exception {
      Dialect dialect = Dialects.forUrl(database.url());
      dialect.transactions(dead).mark(dead);
      return Objects.requireNonNull(dialect.transactionIds()).current(dead, true);
    }

    private TransactionState resolve(String ofSession, String transactionId, boolean wroteNothing)
        throws Exception {
      CommitNote note =
          wroteNothing
              ? new CommitNote.WroteNothing()
              : new CommitNote.TransactionId(transactionId);
      return resolve(ofSession, note.encode());
    }

    private TransactionState resolve(String ofSession, byte[] note) throws Exception {
      return settler
          .settle(new SettleRequest(ofSession, false, note, new CommitQuestion.ByTransactionId()))
          .commit();
    }

    private TransactionState resolve(String transactionId) throws Exception {
      return resolve(idOfGoneSession(life), transactionId, false);
    }

    private String idOfGoneSession(String itsServerLife) {
      return "1 1.5 " + itsServerLife;
    }

    @Test
    void isCommittedIfTheDatabaseSaysSo() throws Exception {
      String id = id();
      dead.commit();
      assertThat(resolve(id)).isEqualTo(TransactionState.COMMITTED);
    }

    @Test
    void isProvenByASessionThatIsYoungerThanTheCommitToo() throws Exception {
      String id = id();
      dead.commit();
      session.close();
      session.connect();
      assertThat(resolve(id)).isEqualTo(TransactionState.COMMITTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.5/1.5", ""})
    void isNotProvenIfTheServerIsNotKnownToBeTheSame(String otherLife) throws Exception {
      String id = id();
      dead.commit();
      assertThat(resolve(idOfGoneSession(otherLife), id, false))
          .isEqualTo(TransactionState.UNKNOWN);
    }

    @Test
    void isNotProvenBehindAPooler() throws Exception {
      String id = id();
      dead.commit();
      assertThat(resolve("", id, false)).isEqualTo(TransactionState.UNKNOWN);
    }

    @Test
    void isUnknownIfItsIdIsTooOld() throws Exception {
      String old = "100";
      assertThat(database.text("SELECT pg_xact_status('" + old + "') IS NULL")).isEqualTo("t");
      assertThat(resolve(old)).isEqualTo(TransactionState.UNKNOWN);
    }

    @Test
    void isRolledBackIfItWasAborted() throws Exception {
      String id = id();
      dead.rollback();
      assertThat(resolve(id)).isEqualTo(TransactionState.ROLLED_BACK);
    }

    /** What postgres_fdw writes is committed first, on the other server. */
    @Test
    void mayBeCommittedInPartIfThereIsAForeignTable() throws Exception {
      try (Connection admin = Databases.shared(DatabaseKind.POSTGRESQL).admin(database)) {
        Sql.run(
            admin,
            "CREATE FOREIGN DATA WRAPPER far",
            "CREATE SERVER far FOREIGN DATA WRAPPER far",
            "CREATE FOREIGN TABLE near (id INT) SERVER far");
      }
      String id = id();
      dead.rollback();

      assertThat(resolve(id)).isEqualTo(TransactionState.ROLLED_BACK_IN_PART);
      assertThat(ask("", false).commit()).isEqualTo(TransactionState.ROLLED_BACK);
    }

    @Test
    void isRolledBackIfItsIdHasNotBeenGivenOutYetAsAfterACrash() throws Exception {
      long future = Long.parseLong(id()) + 1_000_000;
      assertThat(resolve(Long.toString(future))).isEqualTo(TransactionState.ROLLED_BACK);
    }

    @Test
    void isOpenWhileItRuns() throws Exception {
      assertThat(resolve(id())).isEqualTo(TransactionState.OPEN);
    }

    @Test
    void isOfItsSubtransactionsToo() throws Exception {
      dead.setSavepoint("inner");
      Sql.run(dead, "INSERT INTO t VALUES (2)");
      String id = id();
      dead.commit();
      assertThat(resolve(id)).isEqualTo(TransactionState.COMMITTED);
    }

    @ParameterizedTest
    @CsvSource({"true, ROLLED_BACK", "false, UNKNOWN"})
    void hasNoIdIfItWroteNothing(boolean certain, TransactionState commit) throws Exception {
      dead.rollback();
      Sql.number(dead, "SELECT count(*) FROM t");
      assertThat(id()).isEmpty();
      assertThat(resolve(idOfGoneSession(life), "", certain)).isEqualTo(commit);
    }

    @Test
    void hasNoIdIfItOnlyNotifies() throws Exception {
      dead.rollback();
      Sql.run(dead, "NOTIFY somebody");
      assertThat(id()).isEmpty();
    }

    @Test
    void isUnknownIfTheWorkerNotedNothing() throws Exception {
      assertThat(resolve("", NOTHING)).isEqualTo(TransactionState.UNKNOWN);
    }

    @Test
    void isUnknownIfWhatTheWorkerNotedCannotBeRead() throws Exception {
      assertThat(resolve("", new byte[] {99})).isEqualTo(TransactionState.UNKNOWN);
    }
  }

  @Nested
  @ParameterizedClass
  @EnumSource(DatabaseKind.class)
  @SuppressWarnings({"NullAway", "NullAway.Init"})
  class ATransactionWithALedger {

    private static final String ID = "01a20b3f-3c68-735f-8a8b-4ad00000000a/1";
    private static final byte[] RESULT = {4, 2};
    private static final CommitNote LEAVES_ROW = new CommitNote.LedgerRow(true);
    private static final CommitNote MAY_LEAVE_ROW = new CommitNote.LedgerRow(false);

    @Parameter DatabaseKind kind;
    private Ledger ledger;

    @BeforeEach
    void open() throws Exception {
      SettlerTest.this.open(kind, OutcomeTracking.LEDGER);
      ledger = new Ledger(Dialects.forUrl(database.url()), "cofferdam_outcome", 3_600);
      ledger.open(dead);
      dead.setAutoCommit(false);
    }

    private SettleReport settle(CommitNote note) throws Exception {
      return settle(note.encode(), new CommitQuestion.ByLedgerRow(ID, false, true));
    }

    private SettleReport settle(byte[] note, CommitQuestion question) throws Exception {
      return settler.settle(new SettleRequest("", false, note, question));
    }

    @Test
    void isCommittedWithItsResultIfItsRowIs() throws Exception {
      ledger.write(dead, ID, RESULT);
      dead.commit();

      SettleReport report = settle(LEAVES_ROW);

      assertThat(report.commit()).isEqualTo(TransactionState.COMMITTED);
      assertThat(report.result()).isEqualTo(RESULT);
    }

    @Test
    void isOpenWhileItsRowIsNotDecided() throws Exception {
      ledger.write(dead, ID, RESULT);
      assertThat(settle(LEAVES_ROW).commit()).isEqualTo(TransactionState.OPEN);
      dead.rollback();
      assertThat(settle(LEAVES_ROW).commit()).isEqualTo(TransactionState.ROLLED_BACK);
    }

    @Test
    void isRolledBackOnceItIsFencedHoweverOftenThatIsAsked() throws Exception {
      for (int i = 0; i < 3; i++) {
        assertThat(settle(LEAVES_ROW).commit()).isEqualTo(TransactionState.ROLLED_BACK);
      }
    }

    @Test
    void isUnknownIfItMayHaveCommittedWithoutARow() throws Exception {
      assertThat(settle(MAY_LEAVE_ROW).commit()).isEqualTo(TransactionState.UNKNOWN);
      assertThat(settle(MAY_LEAVE_ROW).commit()).isEqualTo(TransactionState.UNKNOWN);
    }

    @Test
    void isUnknownIfItsRowMayHaveBeenRemovedMeanwhile() throws Exception {
      CommitQuestion late = new CommitQuestion.ByLedgerRow(ID, true, true);
      assertThat(settle(LEAVES_ROW.encode(), late).commit()).isEqualTo(TransactionState.UNKNOWN);
    }

    @Test
    void isUnknownIfNothingWasNotedAndItHasNoRow() throws Exception {
      assertThat(settle(NOTHING, new CommitQuestion.ByLedgerRow(ID, false, true)).commit())
          .isEqualTo(TransactionState.UNKNOWN);
    }

    @Test
    void isRolledBackIfItWroteNothingAndIsNotFenced() throws Exception {
      assertThat(settle(new CommitNote.WroteNothing()).commit())
          .isEqualTo(TransactionState.ROLLED_BACK);
      assertThat(database.number("SELECT COUNT(*) FROM cofferdam_outcome")).isZero();
    }

    @Test
    void saysInTheLedgerWhetherItMayBeTriedAgain() throws Exception {
      settle(LEAVES_ROW.encode(), new CommitQuestion.ByLedgerRow(ID, false, false));
      assertThat(database.text("SELECT kind FROM cofferdam_outcome")).isEqualTo("RETRIED");
    }
  }
}
