package io.cofferdam.functional.settlement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cofferdam.CrashReport.Phase;
import io.cofferdam.ExecutorSnapshot.WorkerSnapshot;
import io.cofferdam.Outcome;
import io.cofferdam.ResultLostException;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionException;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionOptions;
import io.cofferdam.WorkerCrashedException;
import io.cofferdam.functional.WithHarmedWorkers;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.Sabotage;
import io.cofferdam.testing.SlowCommits;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import io.cofferdam.testkit.process.Kill;
import io.cofferdam.testkit.process.WorkerProcesses;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What became of a transaction is read from the flight recorder of its dead worker. */
class FlightRecorderFindingTest extends WithHarmedWorkers {

  private static final int ATTEMPTS = 30;

  @BeforeEach
  void beginAtFullStrength() {
    awaitFullStrength();
  }

  @Nested
  class WhenTheWorkerDiesInCommit {

    @Test
    void isSettledAsRolledBackIfTheServerThenGaveUp() throws Exception {
      String table = table();
      SlowCommits.of(database, table, "100");
      Future<?> victim = insert(table, "SET client_connection_check_interval = 50");
      WorkerSnapshot worker = awaitWorkerRunning("COMMIT");

      kill(worker);

      WorkerCrashedException crash = failureOf(WorkerCrashedException.class, victim);
      assertThat(crash.outcome()).isEqualTo(Outcome.ROLLED_BACK);
      assertThat(crash.retrySafe()).isTrue();
      assertThat(crash.sessionMayBeAlive()).isFalse();
      assertThat(crash.resolution().toCompletableFuture())
          .isCompletedWithValue(Outcome.ROLLED_BACK);
      assertThat(crash.crashReport().phase()).isEqualTo(Phase.COMMITTING);
      assertThat(crash.crashReport().worker()).isEqualTo(worker.name());
      assertThat(rows(table)).isZero();
    }

    @Test
    void isNotSeenIfTheServerThenCommitted() throws Exception {
      String table = table();
      SlowCommits.of(database, table, "0.2");
      Future<?> victim = insert(table, "SET client_connection_check_interval = 0");
      WorkerSnapshot worker = awaitWorkerRunning("COMMIT");

      kill(worker);

      assertThat(victim.get()).isEqualTo(1);
      assertThat(rows(table)).isEqualTo(1);
    }

    @Test
    void isResolvedLaterIfTheAnswerHadToComeBefore() throws Exception {
      String table = table();
      SlowCommits.of(database, table, "2");
      Future<?> victim =
          insert(
              TransactionOptions.defaults().timeout(Duration.ofSeconds(1)),
              table,
              "SET client_connection_check_interval = 0");
      WorkerSnapshot worker = awaitWorkerRunning("COMMIT");

      kill(worker);

      WorkerCrashedException crash = failureOf(WorkerCrashedException.class, victim);
      assertThat(crash.outcome()).isEqualTo(Outcome.UNKNOWN);
      assertThat(crash.sessionMayBeAlive()).isTrue();
      assertThat(crash.resolution().toCompletableFuture())
          .succeedsWithin(PATIENCE)
          .isEqualTo(Outcome.COMMITTED);
      assertThat(rows(table)).isEqualTo(1);
    }

    private Future<?> insert(String table, String settings) {
      return insert(TransactionOptions.defaults(), table, settings);
    }

    private Future<?> insert(TransactionOptions options, String table, String settings) {
      return client.submit(
          options,
          connection -> {
            Sql.run(connection, settings, "INSERT INTO " + table + " VALUES (1, 'x')");
            return 1;
          });
    }
  }

  /** A worker whose channel is closed can still commit, but not tell. */
  @Nested
  class WhenTheWorkerDiesBetweenCommitAndAnswer {

    @Test
    void givesTheResultAsIfNothingHadHappened() throws Exception {
      String table = table();
      int completed = 0;
      for (int i = 1; i <= ATTEMPTS && completed < 3; i++) {
        int id = i;
        Future<String> future =
            client.submit(
                connection -> {
                  Sql.run(connection, "INSERT INTO " + table + " VALUES (" + id + ", 'x')");
                  Sabotage.closeChannel();
                  return "the result of " + id;
                });
        try {
          assertThat(future.get()).isEqualTo("the result of " + id);
          assertThat(rowsOf(table, id)).isEqualTo(1);
          completed++;
        } catch (ExecutionException e) {
          assertTruthful(e.getCause(), table, id);
        }
      }
      assertThat(completed).isPositive();
    }

    @Test
    void saysThatAResultIsLostWhichHadNoRoom() throws Exception {
      String table = table();
      int lost = 0;
      for (int i = 1; i <= ATTEMPTS && lost == 0; i++) {
        int id = i;
        Future<String> future =
            client.submit(
                connection -> {
                  Sql.run(connection, "INSERT INTO " + table + " VALUES (" + id + ", 'x')");
                  String result = "x".repeat(70_000);
                  Sabotage.closeChannel();
                  return result;
                });
        Throwable failure = failureOf(future);
        assertTruthful(failure, table, id);
        if (failure instanceof ResultLostException lostResult) {
          assertThat(lostResult.outcome()).isEqualTo(Outcome.COMMITTED);
          lost++;
        }
      }
      assertThat(lost).isPositive();
    }

    @Test
    void givesTheTasksOwnException() throws Exception {
      String table = table();
      boolean own = false;
      for (int i = 1; i <= ATTEMPTS && !own; i++) {
        failWithWarmClasses();
        Future<?> future =
            client.submit(
                connection -> {
                  Sql.run(connection, "INSERT INTO " + table + " VALUES (1, 'x')");
                  Sabotage.closeChannel();
                  throw new IllegalStateException("no");
                });
        Throwable failure = failureOf(future);
        assertThat(Outcome.of(failure)).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(rows(table)).isZero();
        own = failure instanceof IllegalStateException;
      }
      assertThat(own).as("whether its own exception came out").isTrue();
    }

    /** A worker that fails for the first time loads classes for longer than it is waited for. */
    private void failWithWarmClasses() {
      assertThatThrownBy(
              () ->
                  client.run(
                      connection -> {
                        throw new IllegalStateException("warm");
                      }))
          .hasMessage("warm");
    }

    private void assertTruthful(Throwable failure, String table, int id) throws SQLException {
      assertThat(failure).isInstanceOf(TransactionException.class);
      switch (((TransactionException) failure).outcome()) {
        case COMMITTED -> assertThat(rowsOf(table, id)).isEqualTo(1);
        case NOT_STARTED, ROLLED_BACK -> assertThat(rowsOf(table, id)).isZero();
        case UNKNOWN -> assertThat(rowsOf(table, id)).isBetween(0L, 1L);
      }
    }

    private long rowsOf(String table, int id) throws SQLException {
      return database.number("SELECT count(*) FROM " + table + " WHERE id = " + id);
    }
  }

  @Nested
  class WhenAStatementMayHaveCommittedByItself {

    @Test
    void saysThatItDoesNotKnow() throws Exception {
      TestDatabase mariaDb = Databases.fresh(DatabaseKind.MARIADB);
      mariaDb.run("CREATE TABLE t (id INT PRIMARY KEY)");
      try (TransactionExecutor maria =
              TestExecutors.on(mariaDb).name("maria").workers(1).warmSpares(0).build();
          TransactionClient teller = maria.client("teller")) {
        Future<?> victim =
            teller.submit(
                connection -> {
                  Sql.run(connection, "INSERT INTO t VALUES (1)", "CREATE TABLE u (id INT)");
                  Runtime.getRuntime().halt(1);
                  return null;
                });

        WorkerCrashedException crash = failureOf(WorkerCrashedException.class, victim);
        assertThat(crash.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(crash.retrySafe()).isFalse();
        assertThat(crash).hasMessageContaining("partly committed");
        assertThat(crash.crashReport().phase()).isEqualTo(Phase.RUNNING_SELF_COMMIT);
        assertThat(mariaDb.number("SELECT count(*) FROM t")).isEqualTo(1);
      }
    }

    @Test
    void forgetsThatForTheNextTask() throws Exception {
      TestDatabase mariaDb = Databases.fresh(DatabaseKind.MARIADB);
      mariaDb.run("CREATE TABLE t (id INT PRIMARY KEY)");
      try (TransactionExecutor maria =
              TestExecutors.on(mariaDb).name("maria").workers(1).warmSpares(0).build();
          TransactionClient teller = maria.client("teller")) {
        teller.run(sql("CREATE TABLE u (id INT)"));
        Future<?> victim =
            teller.submit(
                connection -> {
                  Sql.run(connection, "INSERT INTO t VALUES (1)");
                  Runtime.getRuntime().halt(1);
                  return null;
                });

        WorkerCrashedException crash = failureOf(WorkerCrashedException.class, victim);
        assertThat(crash.outcome()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(mariaDb.number("SELECT count(*) FROM t")).isZero();
      }
    }
  }

  @Nested
  class WhenTheTaskTamperedWithIt {

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MAX_VALUE, 0x7fff_ffff_ffff_ff03L})
    void saysThatItDoesNotKnow(long state) throws Exception {
      assertUnreadable(
          () -> {
            Sabotage.overwriteRecorder(state);
            Runtime.getRuntime().halt(1);
          });
    }

    @Test
    void survivesATruncatedFile() throws Exception {
      assertUnreadable(
          () -> {
            Sabotage.truncateRecorder();
            Runtime.getRuntime().halt(1);
          });
    }

    /**
     * The worker may notice when it writes to the file, before or after the commit, in its next
     * task, or not: so there is none.
     */
    @Test
    void staysTruthfulIfTheWorkerGoesOnWithATruncatedFile() throws Exception {
      String table = table();
      Future<Long> suspect =
          client.submit(
              connection -> {
                Sql.run(connection, "INSERT INTO " + table + " VALUES (1, 'x')");
                Sabotage.truncateRecorder();
                return ProcessHandle.current().pid();
              });

      try {
        long tampered = suspect.get();
        assertThat(rows(table)).isEqualTo(1);
        ProcessHandle.of(tampered).ifPresent(Kill::andAwaitEnd);
      } catch (ExecutionException e) {
        assertThat(Outcome.of(e)).isEqualTo(Outcome.UNKNOWN);
      }
    }

    private void assertUnreadable(Strike strike) throws Exception {
      String table = table();
      try (Bystanders others = new Bystanders(2)) {
        Future<?> victim =
            client.submit(
                connection -> {
                  Sql.run(connection, "INSERT INTO " + table + " VALUES (1, 'x')");
                  strike.run();
                  return null;
                });

        WorkerCrashedException crash = failureOf(WorkerCrashedException.class, victim);
        assertThat(crash.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(crash.crashReport().phase()).isEqualTo(Phase.UNREADABLE);
        others.awaitProgress();
      }
      assertThat(rows(table)).isZero();
    }
  }

  @Nested
  class OnTmpfs {

    @Test
    void hasNoNameOnceTheWorkersAreReady() {
      for (WorkerSnapshot worker : executor.snapshot().workers()) {
        String commandLine = WorkerProcesses.commandLine(worker.pid());
        String socket = commandLine.substring(commandLine.lastIndexOf(' ') + 1);
        String prefix = String.valueOf(Path.of(socket).getParent().getFileName());

        assertThat(WorkerProcesses.recorderFiles())
            .noneMatch(file -> file.getFileName().toString().startsWith(prefix));
      }
    }
  }
}
