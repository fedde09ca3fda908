package io.cofferdam.functional.start;

import static io.cofferdam.functional.WithOneWorker.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cofferdam.ExecutorSnapshot.WorkerState;
import io.cofferdam.OutcomeTracking;
import io.cofferdam.SessionHygiene;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.TransactionTask;
import io.cofferdam.faults.HeldWarmUp;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import io.cofferdam.testkit.process.Kill;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a worker does with its session while it has had no task yet, and that no task notices. */
@Tag("process")
class WarmUpTest {

  private static final int ALL_ROUNDS = 40;

  /** In MariaDB, what each statement sets and what counts sessions. */
  private static final String CHANGES_BY_ITSELF =
      "'timestamp', 'pseudo_thread_id', 'rand_seed1', 'rand_seed2', 'last_insert_id', 'identity',"
          + " 'gtid_binlog_pos', 'gtid_current_pos', 'gtid_binlog_state'";

  @TempDir Path directory;

  private TransactionExecutorBuilder executor(TestDatabase database, int heldRound) {
    return TestExecutors.on(database, HeldWarmUp.jvmArguments(directory, heldRound))
        .workers(1)
        .warmSpares(0);
  }

  private static long worker(TransactionExecutor executor) {
    return executor.snapshot().workers().get(0).pid();
  }

  private void awaitRounds(long worker, int rounds) {
    await("the warm-up")
        .atMost(PATIENCE)
        .until(() -> HeldWarmUp.rounds(directory, worker) == rounds);
  }

  private void awaitHeld() {
    await("a round").atMost(PATIENCE).until(() -> HeldWarmUp.hasHeld(directory));
  }

  @ParameterizedTest
  @CsvSource({
    "POSTGRESQL, TRANSACTION_ID",
    "POSTGRESQL, NONE",
    "POSTGRESQL, LEDGER",
    "MARIADB, NONE",
    "MARIADB, LEDGER",
    "H2, NONE",
    "H2, LEDGER"
  })
  void ofAWorkerEndsWhenATaskComes(DatabaseKind kind, OutcomeTracking tracking) throws Exception {
    TestDatabase database = Databases.fresh(kind);
    database.run("CREATE TABLE paid (id INT PRIMARY KEY)");
    try (TransactionExecutor executor = executor(database, 3).outcomeTracking(tracking).build();
        TransactionClient client = executor.client("client")) {
      awaitHeld();
      long worker = worker(executor);

      CompletableFuture<Long> paid =
          client.submit(
              connection -> {
                Sql.run(connection, "INSERT INTO paid VALUES (1)");
                return ProcessHandle.current().pid();
              });
      await().atMost(PATIENCE).until(() -> executor.snapshot().busy() == 1);
      HeldWarmUp.letGo(directory);

      assertThat(paid.get()).isEqualTo(worker);
      assertThat(database.number("SELECT COUNT(*) FROM paid")).isEqualTo(1);
      assertThat(HeldWarmUp.rounds(directory, worker)).isBetween(3L, ALL_ROUNDS - 1L);
      assertThat(executor.snapshot().crashes()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void leavesTheSessionAsTheLoginHasMadeIt(DatabaseKind kind) throws Exception {
    TestDatabase database = Databases.fresh(kind);
    List<String> fresh;
    try (TransactionExecutor executor = executor(database, 1).build();
        TransactionClient client = executor.client("client")) {
      awaitHeld();
      CompletableFuture<List<String>> state = client.submit(stateOfSession(kind));
      await().atMost(PATIENCE).until(() -> executor.snapshot().busy() == 1);
      HeldWarmUp.letGo(directory);
      fresh = state.get();
    }

    try (TransactionExecutor executor = executor(database, 0).build();
        TransactionClient client = executor.client("client")) {
      awaitRounds(worker(executor), ALL_ROUNDS);
      assertThat(client.execute(stateOfSession(kind))).isEqualTo(fresh).hasSizeGreaterThan(1);
    }
  }

  private static TransactionTask<List<String>, SQLException> stateOfSession(DatabaseKind kind) {
    List<String> queries =
        switch (kind) {
          case POSTGRESQL ->
              List.of(
                  "SELECT name || '=' || setting FROM pg_settings ORDER BY name",
                  "SELECT name FROM pg_prepared_statements WHERE from_sql",
                  "SELECT 'cursors: ' || count(*) FROM pg_cursors",
                  "SELECT 'channels: ' || count(*) FROM pg_listening_channels()",
                  "SELECT 'locks: ' || string_agg(locktype || mode, ' ' ORDER BY locktype, mode)"
                      + " FROM pg_locks WHERE pid = pg_backend_pid() AND relation IS NULL",
                  "SELECT 'temp: ' || pg_my_temp_schema()",
                  "SELECT current_user || session_user || current_schema()",
                  "SELECT 'id: ' || coalesce(pg_current_xact_id_if_assigned()::text, 'none')",
                  "SELECT 'mark: ' || current_setting('cofferdam.transaction', true)");
          case MARIADB ->
              List.of(
                  "SELECT CONCAT(variable_name, '=', variable_value)"
                      + " FROM information_schema.session_variables WHERE LOWER(variable_name)"
                      + " NOT IN ("
                      + CHANGES_BY_ITSELF
                      + ") ORDER BY variable_name",
                  "SELECT CONCAT('rows: ', ROW_COUNT(), ', id: ', LAST_INSERT_ID())",
                  "SELECT CONCAT('in a transaction: ', @@in_transaction)",
                  "SELECT CONCAT(CURRENT_USER(), DATABASE())");
          case H2 ->
              List.of(
                  "SELECT ISOLATION_LEVEL || CONTAINS_UNCOMMITTED FROM INFORMATION_SCHEMA.SESSIONS"
                      + " WHERE SESSION_ID = SESSION_ID()",
                  "SELECT STATE_KEY || STATE_COMMAND FROM INFORMATION_SCHEMA.SESSION_STATE",
                  "SELECT 'locks: ' || COUNT(*) FROM INFORMATION_SCHEMA.LOCKS",
                  "SELECT CURRENT_USER || CURRENT_SCHEMA");
        };
    return connection -> {
      List<String> state = new ArrayList<>();
      state.add("autocommit: " + connection.getAutoCommit());
      state.add("read-only: " + connection.isReadOnly());
      state.add("isolation: " + connection.getTransactionIsolation());
      state.add("warnings: " + connection.getWarnings());
      for (String query : queries) {
        state.addAll(texts(connection, query));
      }
      return state;
    };
  }

  private static List<String> texts(Connection connection, String query) throws SQLException {
    List<String> texts = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        texts.add(Objects.toString(rows.getString(1)));
      }
    }
    return texts;
  }

  @ParameterizedTest
  @EnumSource(
      value = OutcomeTracking.class,
      names = {"TRANSACTION_ID", "LEDGER"})
  void writesNothing(OutcomeTracking tracking) throws Exception {
    TestDatabase database = Databases.fresh(DatabaseKind.POSTGRESQL);
    String nextId = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint";
    try (TransactionExecutor executor = executor(database, 1).outcomeTracking(tracking).build()) {
      awaitHeld();
      long before = database.number(nextId);
      HeldWarmUp.letGo(directory);
      awaitRounds(worker(executor), ALL_ROUNDS);

      assertThat(database.number(nextId) - before).as("transactions with an id").isLessThan(20);
      if (tracking == OutcomeTracking.LEDGER) {
        assertThat(database.number("SELECT COUNT(*) FROM cofferdam_outcome")).isZero();
      }
      assertThat(executor.snapshot().committed()).isZero();
    }
  }

  @Test
  void doesNotNeedADatabaseThatTakesWrites() throws Exception {
    TestDatabase database = Databases.fresh(DatabaseKind.POSTGRESQL);
    database.run(
        "ALTER ROLE CURRENT_USER SET default_transaction_read_only = on",
        "ALTER ROLE CURRENT_USER SET statement_timeout = '20s'",
        "ALTER ROLE CURRENT_USER SET idle_in_transaction_session_timeout = '7s'");
    try (TransactionExecutor executor = executor(database, 0).build();
        TransactionClient client = executor.client("client")) {
      awaitRounds(worker(executor), ALL_ROUNDS);

      List<String> settings =
          client.execute(
              connection ->
                  List.of(
                      Objects.toString(Sql.text(connection, "SHOW transaction_read_only")),
                      Objects.toString(Sql.text(connection, "SHOW statement_timeout")),
                      Objects.toString(
                          Sql.text(connection, "SHOW idle_in_transaction_session_timeout"))));

      assertThat(settings).containsExactly("on", "20s", "7s");
    }
  }

  @Test
  void isNotMadeInASessionThatATaskHasForItself() {
    TestDatabase database = Databases.fresh(DatabaseKind.POSTGRESQL);
    try (TransactionExecutor executor =
            executor(database, 0).sessionHygiene(SessionHygiene.STRICT).build();
        TransactionClient client = executor.client("client")) {
      long worker = client.execute(connection -> ProcessHandle.current().pid());

      assertThat(directory.resolve("rounds-" + worker)).doesNotExist();
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void thatFailsCostsTheSessionAndNoTask(DatabaseKind kind) throws Exception {
    TestDatabase database = Databases.fresh(kind);
    try (TransactionExecutor executor = executor(database, 3).build();
        TransactionClient client = executor.client("client")) {
      awaitHeld();
      long worker = worker(executor);
      endSessionOfWorker(kind, database);
      HeldWarmUp.letGo(directory);
      awaitAnotherSession(kind, database);

      for (int i = 0; i < 3; i++) {
        assertThat(client.<Long, RuntimeException>execute(task -> ProcessHandle.current().pid()))
            .isEqualTo(worker);
      }
      assertThat(client.<String, SQLException>execute(task -> Sql.text(task, "SELECT 'here'")))
          .isEqualTo("here");
      assertThat(HeldWarmUp.rounds(directory, worker)).isEqualTo(3);
      assertThat(executor.snapshot().crashes()).isZero();
    }
  }

  /** A task that comes before leaves the warm-up no statement by which it could notice. */
  private static void awaitAnotherSession(DatabaseKind kind, TestDatabase database)
      throws SQLException {
    try (Connection connection = Databases.shared(kind).admin(database)) {
      await("a new session")
          .atMost(PATIENCE)
          .until(() -> sessionsOfWorkers(kind, database, connection).size() == 1);
    }
  }

  private static void endSessionOfWorker(DatabaseKind kind, TestDatabase database)
      throws SQLException {
    try (Connection connection = Databases.shared(kind).admin(database)) {
      List<String> sessions = sessionsOfWorkers(kind, database, connection);
      assertThat(sessions).hasSize(1);
      long session = Long.parseLong(sessions.get(0));
      Sql.run(connection, kind.endSession(session));
      await()
          .atMost(PATIENCE)
          .until(() -> Sql.number(connection, kind.sessionExists(session)) == 0);
    }
  }

  private static List<String> sessionsOfWorkers(
      DatabaseKind kind, TestDatabase database, Connection connection) throws SQLException {
    String others =
        switch (kind) {
          case POSTGRESQL ->
              "SELECT pid FROM pg_stat_activity WHERE usename = '" + database.username() + "'";
          case MARIADB ->
              "SELECT id FROM information_schema.processlist WHERE user = '"
                  + database.username()
                  + "' AND id <> CONNECTION_ID()";
          case H2 ->
              "SELECT SESSION_ID FROM INFORMATION_SCHEMA.SESSIONS"
                  + " WHERE SESSION_ID <> SESSION_ID()";
        };
    return texts(connection, others);
  }

  @Test
  void ofAWorkerThatDiesInItIsNoticedByNobody() throws Exception {
    TestDatabase database = Databases.fresh(DatabaseKind.POSTGRESQL);
    try (TransactionExecutor executor = executor(database, 3).build();
        TransactionClient client = executor.client("client")) {
      awaitHeld();
      long worker = worker(executor);

      Kill.send("KILL", worker);
      long next = client.execute(connection -> ProcessHandle.current().pid());

      assertThat(next).isNotEqualTo(worker);
      assertThat(executor.snapshot().callersTouched()).isZero();
      assertThat(executor.snapshot().degraded()).isFalse();
    }
  }

  @Test
  void doesNotKeepAWorkerFromStopping() {
    TestDatabase database = Databases.fresh(DatabaseKind.POSTGRESQL);
    TransactionExecutor executor =
        executor(database, 3).shutdownTimeout(Duration.ofSeconds(30)).build();
    awaitHeld();
    ProcessHandle worker = ProcessHandle.of(worker(executor)).orElseThrow();
    assertThat(executor.snapshot().workers())
        .extracting(snapshot -> snapshot.state())
        .containsExactly(WorkerState.READY);

    executor.close();

    assertThat(worker.isAlive()).isFalse();
  }
}
