package io.cofferdam.functional.settlement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.cofferdam.ExecutorSnapshot.WorkerSnapshot;
import io.cofferdam.Outcome;
import io.cofferdam.OutcomeTracking;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionException;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionOptions;
import io.cofferdam.WorkerCrashedException;
import io.cofferdam.functional.WithHarmedWorkers;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.Gate;
import io.cofferdam.testing.SlowCommits;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.DatabaseServer;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The whole of PostgreSQL is killed before, in and after a commit, or a commit waits for a replica
 * that does not come: what callers are told is compared with the table.
 */
@Tag("any-jdk")
@Tag("process")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PostgresCrashTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String IS_COMMITTING =
      "SELECT count(*) FROM pg_stat_activity WHERE trim(query) = 'COMMIT' AND wait_event = ";

  private DatabaseServer server;
  private TestDatabase database;
  private TransactionExecutor executor;
  private TransactionClient client;
  private int ids;

  @BeforeAll
  void open() throws SQLException {
    server = Databases.start(DatabaseKind.POSTGRESQL);
    database = server.fresh();
    database.run("CREATE TABLE t (id INT PRIMARY KEY)", "CREATE TABLE slow (id INT PRIMARY KEY)");
    SlowCommits.of(database, "slow", "600");
    executor =
        TestExecutors.on(database)
            .workers(1)
            .killGrace(Duration.ofMillis(500))
            .outcomeTracking(OutcomeTracking.TRANSACTION_ID)
            .build();
    client = executor.client("client");
  }

  @AfterAll
  void close() {
    client.close();
    executor.close();
    server.close();
  }

  @BeforeEach
  void awaitTheWorkerAndTheSpare() {
    WithHarmedWorkers.awaitReady(executor, 2);
  }

  private CompletableFuture<Integer> insert(String table, int id, Gate gate) {
    return insert(client, table, id, gate);
  }

  private static CompletableFuture<Integer> insert(
      TransactionClient client, String table, int id, Gate gate) {
    return client.submit(
        connection -> {
          Sql.run(connection, "INSERT INTO " + table + " VALUES (" + id + ")");
          gate.await();
          return id;
        });
  }

  private void crashAndRestart() {
    server.kill();
    server.start();
  }

  private long rows(String table, int id) throws SQLException {
    return database.number("SELECT count(*) FROM " + table + " WHERE id = " + id);
  }

  private void awaitOne(String query) {
    await(query).atMost(PATIENCE).until(() -> database.number(query) == 1);
  }

  private static Outcome outcomeOf(CompletableFuture<?> future) {
    Throwable failure = catchThrowable(() -> future.get(2, TimeUnit.MINUTES));
    return failure == null ? Outcome.COMMITTED : Outcome.of(failure);
  }

  /** Returns what is known in the end, which must not contradict what was told before. */
  private static Outcome resolutionOf(CompletableFuture<?> future) {
    Outcome told = outcomeOf(future);
    Throwable failure = future.handle((result, thrown) -> thrown).join();
    Outcome resolved =
        failure instanceof TransactionException reported
            ? reported.resolution().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join()
            : told;
    assertThat(told).isIn(resolved, Outcome.UNKNOWN);
    return resolved;
  }

  @Nested
  class WhenTheServerIsKilled {

    @Test
    void isRolledBackIfCommitHadNotBeenCalled() throws Exception {
      int id = ++ids;
      try (Gate gate = Gate.closed()) {
        CompletableFuture<Integer> victim = insert("t", id, gate);
        awaitOne("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'INSERT INTO t %'");

        crashAndRestart();
        gate.open();

        assertThat(resolutionOf(victim)).isEqualTo(Outcome.ROLLED_BACK);
      }
      assertThat(rows("t", id)).isZero();
    }

    @Test
    void isNotCommittedIfTheServerHadNotCommittedYet() throws Exception {
      int id = ++ids;
      try (Gate gate = Gate.closed()) {
        gate.open();
        CompletableFuture<Integer> victim = insert("slow", id, gate);
        awaitOne(IS_COMMITTING + "'PgSleep'");
        String transaction =
            database.text("SELECT backend_xid FROM pg_stat_activity WHERE query = 'COMMIT'");

        crashAndRestart();

        Outcome resolved = resolutionOf(victim);
        if (resolved == Outcome.UNKNOWN) {
          assertThat(database.text("SELECT pg_xact_status('" + transaction + "')"))
              .as("nothing but another transaction with this id leaves it unknown")
              .isEqualTo("committed");
        } else {
          assertThat(resolved).isEqualTo(Outcome.ROLLED_BACK);
        }
      }
      assertThat(rows("slow", id)).isZero();
    }

    /** Every worker has connected since, so none can tell it from a later one with its id. */
    @Test
    void isUnknownIfTheServerHadCommittedButNotAnswered() throws Exception {
      int id = ++ids;
      CompletableFuture<Integer> victim;
      try (Gate gate = Gate.closed();
          MissingReplica replica = new MissingReplica()) {
        gate.open();
        victim = insert("t", id, gate);
        awaitOne(IS_COMMITTING + "'SyncRep'");
        replica.forget();

        crashAndRestart();
      }

      assertThat(resolutionOf(victim)).isEqualTo(Outcome.UNKNOWN);
      assertThat(rows("t", id)).isOne();
    }

    @Test
    void isStillCommittedIfItWasToldSo() throws Exception {
      int id = ++ids;
      try (Gate gate = Gate.closed()) {
        gate.open();
        assertThat(insert("t", id, gate).join()).isEqualTo(id);
      }

      crashAndRestart();

      assertThat(rows("t", id)).isOne();
    }

    @AfterEach
    void isServedAgain() throws Exception {
      int id = ++ids;
      try (Gate gate = Gate.closed()) {
        gate.open();
        assertThat(insert("t", id, gate).get(2, TimeUnit.MINUTES)).isEqualTo(id);
      }
      assertThat(rows("t", id)).isOne();
    }
  }

  /** The ledger survives the server's crash, or not, with the transaction. */
  @Nested
  class WhenTheServerIsKilledAndThereIsALedger {

    private TransactionExecutor keeping;
    private TransactionClient keeper;

    @BeforeEach
    void open() {
      keeping =
          TestExecutors.on(database)
              .name("keeping")
              .workers(1)
              .killGrace(Duration.ofMillis(500))
              .outcomeTracking(OutcomeTracking.LEDGER)
              .build();
      keeper = keeping.client("keeper");
      WithHarmedWorkers.awaitReady(keeping, 2);
    }

    @AfterEach
    void close() {
      keeper.close();
      keeping.close();
    }

    @Test
    void theResultComesIfTheServerHadCommittedButNotAnswered() throws Exception {
      int id = ++ids;
      CompletableFuture<Integer> victim;
      try (Gate gate = Gate.closed();
          MissingReplica replica = new MissingReplica()) {
        gate.open();
        victim = insert(keeper, "t", id, gate);
        awaitOne(IS_COMMITTING + "'SyncRep'");
        replica.forget();

        crashAndRestart();
      }

      assertThat(victim.get(2, TimeUnit.MINUTES)).isEqualTo(id);
      assertThat(rows("t", id)).isOne();
    }

    @Test
    void itIsRolledBackIfTheServerHadNotCommittedYet() throws Exception {
      int id = ++ids;
      try (Gate gate = Gate.closed()) {
        gate.open();
        CompletableFuture<Integer> victim = insert(keeper, "slow", id, gate);
        awaitOne(IS_COMMITTING + "'PgSleep'");

        crashAndRestart();

        assertThat(resolutionOf(victim)).isEqualTo(Outcome.ROLLED_BACK);
      }
      assertThat(rows("slow", id)).isZero();
    }
  }

  @Nested
  class WhenACommitWaitsForAReplica {

    private final TransactionOptions brief =
        TransactionOptions.defaults().timeout(Duration.ofSeconds(4));

    @Test
    void isUnknownIfItsSessionHadToBeEnded() throws Exception {
      int id = ++ids;
      CompletableFuture<Integer> victim;
      try (MissingReplica replica = new MissingReplica()) {
        victim = insertBriefly(id);
        awaitOne(IS_COMMITTING + "'SyncRep'");
        WorkerSnapshot worker = WithHarmedWorkers.awaitWorkerRunning(executor, database, "COMMIT");

        WithHarmedWorkers.kill(worker);

        WorkerCrashedException crash =
            WithHarmedWorkers.failureOf(WorkerCrashedException.class, victim);
        assertThat(crash.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(crash.retrySafe()).isFalse();
        assertThat(crash.resolution().toCompletableFuture())
            .succeedsWithin(PATIENCE)
            .isEqualTo(Outcome.UNKNOWN);
        awaitEndOf(worker);
        assertThat(replica.isMissed()).as("still waiting for a replica").isTrue();
      }
      assertThat(rows("t", id)).as("committed here, perhaps not there").isOne();
    }

    @Test
    void isCommittedIfTheReplicaIsGivenUpInTime() throws Exception {
      int id = ++ids;
      CompletableFuture<Integer> victim;
      try (MissingReplica replica = new MissingReplica()) {
        victim =
            client.submit(
                connection -> {
                  Sql.run(connection, "INSERT INTO t VALUES (" + id + ")");
                  return id;
                });
        awaitOne(IS_COMMITTING + "'SyncRep'");
        WithHarmedWorkers.kill(WithHarmedWorkers.awaitWorkerRunning(executor, database, "COMMIT"));
        WithHarmedWorkers.awaitReady(executor, 1);
        assertThat(replica.isMissed()).isTrue();
      }

      assertThat(victim.get(1, TimeUnit.MINUTES)).isEqualTo(id);
      assertThat(rows("t", id)).isOne();
    }

    private CompletableFuture<Integer> insertBriefly(int id) {
      return client.submit(
          brief,
          connection -> {
            Sql.run(connection, "INSERT INTO t VALUES (" + id + ")");
            return id;
          });
    }

    private void awaitEndOf(WorkerSnapshot worker) {
      await("the end of the session of " + worker.name())
          .atMost(PATIENCE)
          .until(
              () ->
                  database.number(
                          "SELECT count(*) FROM pg_stat_activity WHERE application_name = '"
                              + worker.name()
                              + "'")
                      == 0);
    }
  }

  /** While it is open, commits wait for a replica that is not there. */
  private final class MissingReplica implements AutoCloseable {

    private boolean forgotten;

    MissingReplica() throws SQLException {
      configure("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
      await("commits to wait").atMost(PATIENCE).until(this::isMissed);
    }

    private void configure(String setting) throws SQLException {
      try (Connection admin = server.admin(database)) {
        Sql.run(admin, setting, "SELECT pg_reload_conf()");
      }
    }

    boolean isMissed() throws SQLException {
      return "nobody".equals(database.text("SHOW synchronous_standby_names"));
    }

    /** Takes the setting back, but lets the running server wait on. */
    void forget() throws SQLException {
      try (Connection admin = server.admin(database)) {
        Sql.run(admin, "ALTER SYSTEM RESET synchronous_standby_names");
      }
      forgotten = true;
    }

    @Override
    public void close() throws SQLException {
      if (!forgotten) {
        configure("ALTER SYSTEM RESET synchronous_standby_names");
        await("commits to go on").atMost(PATIENCE).until(() -> !isMissed());
      }
    }
  }
}
