package io.cofferdam.functional.settlement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.Uninterruptibles;
import io.cofferdam.ExecutorSnapshot.WorkerSnapshot;
import io.cofferdam.ExecutorSnapshot.WorkerState;
import io.cofferdam.Outcome;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.WorkerCrashedException;
import io.cofferdam.functional.WithHarmedWorkers;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.Gate;
import io.cofferdam.testing.SlowCommits;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.PgBouncer;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Behind PgBouncer in transaction mode the sessions of the server belong to everybody in turn: no
 * death of a worker ends one that is somebody else's by now.
 */
@Tag("any-jdk")
@Tag("process")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PgBouncerTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int POOL_SIZE = 2;
  private static final int OTHERS = 3;
  private static final String NEVER_NOTICES = "SET LOCAL client_connection_check_interval = 0";

  private TestDatabase database;
  private PgBouncer bouncer;
  private TransactionExecutor executor;
  private TransactionClient client;
  private Others others;

  @BeforeAll
  void open() throws SQLException {
    database = Databases.fresh(DatabaseKind.POSTGRESQL);
    database.run(
        "ALTER ROLE " + database.username() + " SET client_connection_check_interval = '1s'",
        "CREATE TABLE t (id INT PRIMARY KEY, note VARCHAR(10))",
        "CREATE TABLE others (client INT, id INT)",
        "CREATE TABLE slow (id INT PRIMARY KEY, seconds FLOAT)");
    SlowCommits.of(database, "slow", "NEW.seconds");
    bouncer = PgBouncer.start(database, POOL_SIZE);
    executor =
        TestExecutors.on(database)
            .jdbcUrl(bouncer.database().url())
            .name("pooled")
            .workers(1)
            .connectionProperty("options", "")
            .build();
    client = executor.client("client");
  }

  @AfterAll
  void close() {
    client.close();
    executor.close();
    bouncer.close();
  }

  @BeforeEach
  void letOthersWork() throws SQLException {
    database.run("DELETE FROM t", "DELETE FROM slow", "INSERT INTO t VALUES (1, 'free')");
    WithHarmedWorkers.awaitReady(executor, 2);
    others = new Others();
  }

  @AfterEach
  void nobodyElseNoticed() throws SQLException {
    others.close();
  }

  private CompletableFuture<Object> holdTheRow(String settings) {
    return client.submit(
        connection -> {
          Sql.run(
              connection,
              settings,
              "UPDATE t SET note = 'held' WHERE id = 1",
              "SELECT pg_sleep(600)");
          return "slept";
        });
  }

  private void killTheBusyWorker() {
    WorkerSnapshot busy =
        executor.snapshot().workers().stream()
            .filter(worker -> worker.state() == WorkerState.BUSY)
            .findFirst()
            .orElseThrow();
    WithHarmedWorkers.kill(busy);
  }

  private long sleepers() throws SQLException {
    return database.number(
        DatabaseKind.POSTGRESQL.sleepers() + " AND datname = current_database()");
  }

  private void awaitSleepers(int count) {
    await(count + " sleeping sessions").atMost(PATIENCE).until(() -> sleepers() == count);
  }

  private void assertRolledBackWhileTheSessionMayLive(CompletableFuture<?> victim)
      throws InterruptedException {
    WorkerCrashedException crash =
        WithHarmedWorkers.failureOf(WorkerCrashedException.class, victim);
    assertThat(crash.outcome()).isEqualTo(Outcome.ROLLED_BACK);
    assertThat(crash.sessionMayBeAlive()).isTrue();
  }

  /** PgBouncer closes the server connection; PostgreSQL looks for that as it was told to. */
  @Test
  void givesTheLocksBackSoonIfTheServerLooksForClosedConnections() throws Exception {
    CompletableFuture<Object> victim = holdTheRow("SELECT 1");
    awaitSleepers(1);

    killTheBusyWorker();

    assertRolledBackWhileTheSessionMayLive(victim);
    awaitSleepers(0);
    database.run("UPDATE t SET note = 'next' WHERE id = 1 AND note = 'free'");
    assertThat(database.text("SELECT note FROM t WHERE id = 1")).isEqualTo("next");
    others.awaitProgress();
  }

  @Test
  void givesTheLocksBackAtOnceIfNoStatementIsRunning() throws Exception {
    try (Gate gate = Gate.closed()) {
      CompletableFuture<Object> victim =
          client.submit(
              connection -> {
                Sql.run(
                    connection,
                    NEVER_NOTICES,
                    "UPDATE t SET note = 'held' WHERE id = 1 /* idle */");
                gate.await();
                return "held";
              });
      await("the row to be held")
          .atMost(PATIENCE)
          .until(
              () ->
                  database.number(
                          "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%/* idle */'"
                              + " AND state = 'idle in transaction'")
                      == 1);

      killTheBusyWorker();

      assertRolledBackWhileTheSessionMayLive(victim);
      database.run("UPDATE t SET note = 'next' WHERE id = 1 AND note = 'free'");
    }
    assertThat(database.text("SELECT note FROM t WHERE id = 1")).isEqualTo("next");
  }

  /** Nobody ends that session, since nobody could tell that it is still the dead worker's. */
  @Test
  void saysThatTheSessionMayLiveWhichDoes() throws Exception {
    CompletableFuture<Object> victim = holdTheRow(NEVER_NOTICES);
    awaitSleepers(1);

    killTheBusyWorker();

    assertRolledBackWhileTheSessionMayLive(victim);
    WithHarmedWorkers.awaitReady(executor, 2);
    others.awaitProgress();
    assertThat(sleepers()).as("the dead worker's session").isOne();
    assertThat(database.text("SELECT note FROM t WHERE id = 1")).isEqualTo("free");
    try (Connection admin = Databases.shared(DatabaseKind.POSTGRESQL).admin(database)) {
      Sql.run(
          admin,
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE query = 'SELECT pg_sleep(600)' AND datname = current_database()");
    }
    awaitSleepers(0);
  }

  @Test
  void doesNotKnowOfACommitThatTheServerMadeAfterTheDeath() throws Exception {
    CompletableFuture<Object> victim = commitSlowly(1, NEVER_NOTICES);

    killTheBusyWorker();

    WorkerCrashedException crash =
        WithHarmedWorkers.failureOf(WorkerCrashedException.class, victim);
    assertThat(crash.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(crash.resolution().toCompletableFuture())
        .succeedsWithin(PATIENCE)
        .isEqualTo(Outcome.UNKNOWN);
    await("the commit").atMost(PATIENCE).until(() -> rowsOfSlow() == 1);
  }

  @Test
  void knowsOfACommitThatTheServerGaveUp() throws Exception {
    CompletableFuture<Object> victim = commitSlowly(600, "SELECT 1");

    killTheBusyWorker();

    WorkerCrashedException crash =
        WithHarmedWorkers.failureOf(WorkerCrashedException.class, victim);
    assertThat(crash.outcome()).isEqualTo(Outcome.ROLLED_BACK);
    assertThat(rowsOfSlow()).isZero();
  }

  private CompletableFuture<Object> commitSlowly(int seconds, String settings) {
    CompletableFuture<Object> victim =
        client.submit(
            connection -> {
              Sql.run(connection, settings, "INSERT INTO slow VALUES (1, " + seconds + ")");
              return "inserted";
            });
    await("the commit to wait")
        .atMost(PATIENCE)
        .until(
            () ->
                database.number(
                        "SELECT count(*) FROM pg_stat_activity"
                            + " WHERE query = 'COMMIT' AND wait_event = 'PgSleep'")
                    == 1);
    return victim;
  }

  private long rowsOfSlow() throws SQLException {
    return database.number("SELECT count(*) FROM slow");
  }

  /** Other clients of PgBouncer, who run one transaction after the other over plain JDBC. */
  private final class Others implements AutoCloseable {

    private final AtomicInteger commits = new AtomicInteger();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads;
    private final long before;
    private volatile boolean ending;

    Others() throws SQLException {
      before = rows();
      threads =
          IntStream.range(0, OTHERS)
              .mapToObj(i -> new Thread(() -> work(i), "other-" + i))
              .toList();
      threads.forEach(Thread::start);
      awaitProgress();
    }

    private long rows() throws SQLException {
      return database.number("SELECT count(*) FROM others");
    }

    private void work(int number) {
      try (Connection connection = bouncer.database().connect()) {
        connection.setAutoCommit(false);
        for (int i = 0; !ending; i++) {
          Sql.run(
              connection,
              "INSERT INTO others VALUES (" + number + ", " + i + ")",
              "SELECT pg_backend_pid()");
          connection.commit();
          commits.incrementAndGet();
        }
      } catch (SQLException | RuntimeException e) {
        failures.add(e);
      }
    }

    void awaitProgress() {
      int then = commits.get();
      await("others to be served")
          .atMost(PATIENCE)
          .until(() -> commits.get() > then + 10 * OTHERS || !failures.isEmpty());
      assertThat(failures).isEmpty();
    }

    @Override
    public void close() throws SQLException {
      ending = true;
      threads.forEach(Uninterruptibles::joinUninterruptibly);
      assertThat(failures).as("what others noticed").isEmpty();
      assertThat(rows() - before).isEqualTo(commits.get());
    }
  }
}
