package io.cofferdam.functional.settlement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.cofferdam.ExecutorSnapshot.WorkerSnapshot;
import io.cofferdam.ExecutorSnapshot.WorkerState;
import io.cofferdam.Outcome;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionOptions;
import io.cofferdam.TransactionTimeoutException;
import io.cofferdam.WorkerCrashedException;
import io.cofferdam.functional.WithHarmedWorkers;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.SlowCommits;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.DatabaseServer;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import io.cofferdam.testkit.process.Kill;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Settlement where PostgreSQL makes it hard: few connections, slow commits, a server that dies. */
@Tag("any-jdk")
@Tag("process")
class PostgresSettlementTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String NEVER_NOTICES = "SET client_connection_check_interval = 0";

  /** The commit of an insert into this table takes so long. */
  private static void createSlowTable(TestDatabase database, double seconds) throws SQLException {
    database.run("CREATE TABLE t (id INT PRIMARY KEY)");
    SlowCommits.of(database, "t", Double.toString(seconds));
  }

  private static CompletableFuture<Integer> insert(
      TransactionClient client, TransactionOptions options) {
    return client.submit(
        options,
        connection -> {
          Sql.run(connection, NEVER_NOTICES, "INSERT INTO t VALUES (1)");
          return 1;
        });
  }

  @Test
  void needsNoConnectionBeyondThoseOfTheWorkersAndTheSpare() throws Exception {
    TestDatabase database = Databases.fresh(DatabaseKind.POSTGRESQL);
    database.run("CREATE TABLE t (id INT PRIMARY KEY)");
    database.run("ALTER DATABASE " + database.name() + " CONNECTION LIMIT 3");
    try (TransactionExecutor executor = TestExecutors.on(database).workers(2).build();
        TransactionClient client = executor.client("client")) {
      WithHarmedWorkers.awaitReady(executor, 3);
      for (int round = 0; round < 3; round++) {
        CompletableFuture<Object> victim =
            client.submit(
                connection -> {
                  Sql.run(connection, NEVER_NOTICES, "SELECT pg_sleep(600)");
                  return null;
                });
        WithHarmedWorkers.kill(awaitBusy(executor));

        WorkerCrashedException crash =
            WithHarmedWorkers.failureOf(WorkerCrashedException.class, victim);
        assertThat(crash.outcome()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(crash.sessionMayBeAlive()).isFalse();
        WithHarmedWorkers.awaitReady(executor, 3);
        assertThat(executor.snapshot().lastStartFailure()).isEmpty();
      }
    }
  }

  private static WorkerSnapshot awaitBusy(TransactionExecutor executor) {
    return await("a busy worker")
        .atMost(PATIENCE)
        .until(
            () ->
                executor.snapshot().workers().stream()
                    .filter(worker -> worker.state() == WorkerState.BUSY)
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  /** The role may neither see the sessions of the login nor end them. */
  @Test
  void endsTheSessionOfALoginThatTakesARole() throws Exception {
    TestDatabase database = Databases.fresh(DatabaseKind.POSTGRESQL);
    String role = database.username() + "_other";
    database.run("CREATE TABLE held (id INT PRIMARY KEY)", "INSERT INTO held VALUES (1)");
    try (Connection admin = Databases.shared(DatabaseKind.POSTGRESQL).admin(database);
        Connection rival = database.connect()) {
      Sql.run(
          admin,
          "CREATE ROLE " + role,
          "GRANT " + role + " TO " + database.username(),
          "GRANT ALL ON held TO " + role,
          "ALTER ROLE " + database.username() + " SET role = " + role);
      assertSessionIsEnded(database, admin, rival);
    }
  }

  private static void assertSessionIsEnded(
      TestDatabase database, Connection admin, Connection rival) throws Exception {
    try (TransactionExecutor executor = TestExecutors.on(database).workers(1).build();
        TransactionClient client = executor.client("client")) {
      WithHarmedWorkers.awaitReady(executor, 2);
      CompletableFuture<Object> victim =
          client.submit(
              connection -> {
                Sql.run(
                    connection,
                    NEVER_NOTICES,
                    "SELECT * FROM held FOR UPDATE",
                    "SELECT pg_sleep(600)");
                return null;
              });
      await("the victim's statement")
          .atMost(PATIENCE)
          .until(
              () ->
                  Sql.number(
                          admin,
                          "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep%'"
                              + " AND usename = '"
                              + database.username()
                              + "'")
                      == 1);
      WithHarmedWorkers.kill(awaitBusy(executor));

      WorkerCrashedException crash =
          WithHarmedWorkers.failureOf(WorkerCrashedException.class, victim);
      Sql.run(rival, "SELECT * FROM held FOR UPDATE NOWAIT");
      assertThat(crash.outcome()).isEqualTo(Outcome.ROLLED_BACK);
      assertThat(crash.sessionMayBeAlive()).isFalse();
    }
  }

  @Test
  void leavesACommitAloneUntilTheDeadlineAndTheGraceAreOver() throws Exception {
    TestDatabase database = Databases.fresh(DatabaseKind.POSTGRESQL);
    createSlowTable(database, 2);
    try (TransactionExecutor executor =
            TestExecutors.on(database).workers(1).killGrace(Duration.ofSeconds(10)).build();
        TransactionClient client = executor.client("client")) {
      WithHarmedWorkers.awaitReady(executor, 2);
      Duration timeout = Duration.ofMillis(500);
      CompletableFuture<Integer> slow =
          insert(client, TransactionOptions.defaults().timeout(timeout));

      assertThat(slow.join()).as("committed after its deadline").isEqualTo(1);
    }
    assertThat(database.number("SELECT count(*) FROM t")).isOne();
  }

  @Test
  void endsACommitThatOutlastsTheDeadlineAndTheGrace() throws Exception {
    TestDatabase database = Databases.fresh(DatabaseKind.POSTGRESQL);
    createSlowTable(database, 600);
    try (TransactionExecutor executor =
            TestExecutors.on(database).workers(1).killGrace(Duration.ofMillis(500)).build();
        TransactionClient client = executor.client("client")) {
      WithHarmedWorkers.awaitReady(executor, 2);
      CompletableFuture<Integer> endless =
          insert(client, TransactionOptions.defaults().timeout(Duration.ofMillis(500)));

      TransactionTimeoutException timeout =
          WithHarmedWorkers.failureOf(TransactionTimeoutException.class, endless);
      assertThat(timeout.outcome()).isIn(Outcome.ROLLED_BACK, Outcome.UNKNOWN);
      assertThat(timeout.resolution().toCompletableFuture())
          .succeedsWithin(PATIENCE)
          .isEqualTo(Outcome.ROLLED_BACK);
    }
    assertThat(database.number("SELECT count(*) FROM t")).isZero();
  }

  /**
   * When one backend is killed the server restarts all of them, and gives out again the ids of
   * transactions that had not reached its log: another transaction may have ours, and be committed.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void doesNotTakeAnotherTransactionForItsOwnAfterACrashOfTheServer(boolean reuse)
      throws Exception {
    try (DatabaseServer server = Databases.start(DatabaseKind.POSTGRESQL)) {
      TestDatabase database = server.fresh();
      createSlowTable(database, 600);
      database.run("CREATE TABLE other (id INT)");
      try (TransactionExecutor executor = TestExecutors.on(database).workers(2).build();
          TransactionClient client = executor.client("client")) {
        WithHarmedWorkers.awaitReady(executor, 3);
        CompletableFuture<Integer> victim = insert(client, TransactionOptions.defaults());
        WorkerSnapshot worker = WithHarmedWorkers.awaitWorkerRunning(executor, database, "COMMIT");

        String id = transactionOf(worker, database);
        killBackendOf(worker, database);
        if (reuse) {
          commitOthers(database);
          assertThat(database.text("SELECT pg_xact_status('" + id + "')"))
              .as("the state of the id, which another transaction has by now")
              .isEqualTo("committed");
        }

        WorkerCrashedException crash =
            WithHarmedWorkers.failureOf(WorkerCrashedException.class, victim);
        assertThat(crash.outcome()).isIn(Outcome.ROLLED_BACK, Outcome.UNKNOWN);
        assertThat(crash.resolution().toCompletableFuture())
            .succeedsWithin(PATIENCE)
            .isIn(Outcome.ROLLED_BACK, Outcome.UNKNOWN);
      }
      assertThat(database.number("SELECT count(*) FROM t")).isZero();
    }
  }

  private static String transactionOf(WorkerSnapshot worker, TestDatabase database)
      throws SQLException {
    return String.valueOf(
        database.text(
            "SELECT backend_xid FROM pg_stat_activity WHERE application_name = '"
                + worker.name()
                + "'"));
  }

  private static void killBackendOf(WorkerSnapshot worker, TestDatabase database)
      throws SQLException {
    long backend =
        database.number(
            "SELECT pid FROM pg_stat_activity WHERE application_name = '" + worker.name() + "'");
    Kill.andAwaitEnd(ProcessHandle.of(backend).orElseThrow());
  }

  /** Commits transactions that have the next ids, as soon as the server is there again. */
  private static void commitOthers(TestDatabase database) throws SQLException {
    await("the server's recovery")
        .atMost(PATIENCE)
        .until(
            () ->
                catchThrowable(
                        () -> {
                          try (Connection connection = database.connect()) {
                            Sql.run(connection, "SELECT 1");
                          }
                        })
                    == null);
    for (int i = 0; i < 20; i++) {
      database.run("INSERT INTO other VALUES (" + i + ")");
    }
  }
}
