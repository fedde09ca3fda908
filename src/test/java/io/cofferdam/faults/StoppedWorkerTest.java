package io.cofferdam.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.cofferdam.Outcome;
import io.cofferdam.ResultLostException;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionException;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionOptions;
import io.cofferdam.internal.worker.failpoint.Failpoint;
import io.cofferdam.internal.worker.failpoint.Failpoints;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.Sabotage;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.DatabaseServer;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import io.cofferdam.testkit.process.Kill;
import io.cofferdam.testkit.process.WorkerProcesses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A worker stops, or fails, at one exact point around its commit. Once the caller has been told,
 * nothing that happens to the process can change what is in the database.
 */
@Tag("process")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StoppedWorkerTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int ATTEMPTS = 3;

  /** More than a flight recorder has room for. */
  private static final int MUCH = 70_000;

  private TestDatabase database;
  private Path directory;
  private FaultFiles files;
  private TransactionExecutor executor;
  private TransactionClient client;
  private int ids;

  @BeforeAll
  void open() throws IOException, SQLException {
    database = Databases.fresh(DatabaseKind.POSTGRESQL);
    database.run("CREATE TABLE t (id INT PRIMARY KEY, note VARCHAR(10))");
    directory = Files.createTempDirectory("cofferdam-faults-");
    files = new FaultFiles(directory.toString());
    executor =
        TestExecutors.on(
                database,
                Sabotage.JVM_ARGUMENT,
                "-D" + Failpoints.PROPERTY + "=" + FaultInjector.class.getName(),
                "-D" + FaultInjector.DIRECTORY + "=" + directory)
            .workers(1)
            .killGrace(Duration.ofMillis(300))
            .build();
    client = executor.client("teller");
  }

  @AfterAll
  void close() {
    client.close();
    executor.close();
    FileUtils.deleteQuietly(directory.toFile());
  }

  @BeforeEach
  void awaitTheWorkerAndTheSpare() {
    await("the worker and the spare")
        .atMost(PATIENCE)
        .until(() -> executor.snapshot().ready() == 2);
  }

  private CompletableFuture<String> insert(int id, int length, Duration timeout) {
    return client.submit(
        TransactionOptions.defaults().timeout(timeout),
        connection -> {
          Sql.run(
              connection,
              "INSERT INTO t VALUES (" + id + ", 'half')",
              "UPDATE t SET note = 'whole' WHERE id = " + id);
          return "x".repeat(length);
        });
  }

  private long rows(int id) throws SQLException {
    return database.number("SELECT count(*) FROM t WHERE id = " + id);
  }

  private FaultFiles.Hit hit() {
    return files.whoWasHit().orElseThrow();
  }

  @Nested
  class WhenItIsStopped {

    @ParameterizedTest
    @CsvSource({
      "BETWEEN_STATEMENTS, ROLLED_BACK",
      "BEFORE_COMMIT, ROLLED_BACK",
      "COMMIT_ANSWERED, COMMITTED",
      "HALF_A_REPLY, COMMITTED",
    })
    void isGoneWhenTheCallerIsTold(Failpoint point, Outcome expected) throws Exception {
      for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
        awaitTheWorkerAndTheSpare();
        int id = ++ids;
        files.arm(point, Fault.STOPPED);
        CompletableFuture<String> victim = insert(id, 10, Duration.ofSeconds(2L * attempt));

        Throwable thrown = catchThrowable(() -> victim.get(1, TimeUnit.MINUTES));

        if (!files.disarm()) {
          long pid = hit().pid();
          assertThat(FaultBench.isAlive(pid)).as("the process when the caller is told").isFalse();
          assertThatThrownBy(() -> Kill.send("CONT", pid))
              .isInstanceOf(IllegalArgumentException.class);
          assertTold(expected, id, victim, thrown);
          return;
        }
      }
      throw new AssertionError("the deadline came before " + point + ", each time");
    }

    /** A commit in doubt may be told before its session has ended. */
    private void assertTold(
        Outcome expected, int id, CompletableFuture<String> victim, Throwable thrown)
        throws Exception {
      if (expected == Outcome.COMMITTED) {
        assertThat(thrown).isNull();
        assertThat(victim.join()).isEqualTo("x".repeat(10));
        assertThat(rows(id)).isOne();
        return;
      }
      assertThat(Outcome.of(thrown)).isIn(expected, Outcome.UNKNOWN);
      assertThat(thrown)
          .cause()
          .isInstanceOfSatisfying(
              TransactionException.class,
              reported ->
                  assertThat(reported.resolution().toCompletableFuture())
                      .succeedsWithin(PATIENCE)
                      .isEqualTo(expected));
      assertThat(rows(id)).isZero();
    }

    /** The server commits, and its answer waits in the socket of the stopped process. */
    @Test
    void doesNotHideACommitThatItHadSent() throws Exception {
      DatabaseServer server = Databases.shared(DatabaseKind.POSTGRESQL);
      try (Connection observer = server.admin(database);
          FaultGate gate =
              new FaultGate(DatabaseKind.POSTGRESQL, server.admin(database), observer)) {
        gate.closeForCommits();
        int id = ++ids;
        CompletableFuture<String> victim =
            client.submit(
                TransactionOptions.defaults().timeout(Duration.ofSeconds(8)),
                connection -> {
                  Sql.run(connection, "INSERT INTO ledger VALUES (" + id + ", 1, 'whole')");
                  return "the result";
                });
        await("the commit to wait in the server")
            .atMost(PATIENCE)
            .until(
                () ->
                    database.number(
                            "SELECT count(*) FROM pg_stat_activity"
                                + " WHERE query = 'COMMIT' AND wait_event_type = 'Lock'")
                        == 1);
        files.arm(Failpoint.COMMIT_SENT, Fault.STOPPED);
        await("the fault").atMost(PATIENCE).until(() -> files.whoWasHit().isPresent());
        long pid = hit().pid();
        await("a stopped process")
            .atMost(PATIENCE)
            .until(() -> WorkerProcesses.status(pid, "State").startsWith("T"));
        gate.open();

        assertThat(victim.get(1, TimeUnit.MINUTES)).isEqualTo("the result");

        assertThat(FaultBench.isAlive(pid)).isFalse();
        assertThat(database.number("SELECT count(*) FROM ledger WHERE id = " + id)).isOne();
      }
    }

    /** Nobody misses it then, until the next task; it goes on where it was. */
    @Test
    void goesOnAfterItsReply() throws Exception {
      int id = ++ids;
      files.arm(Failpoint.REPLY_WRITTEN, Fault.STOPPED);

      assertThat(insert(id, 10, PATIENCE).join()).hasSize(10);

      await("the fault").atMost(PATIENCE).until(() -> files.whoWasHit().isPresent());
      long pid = hit().pid();
      int next = ++ids;
      CompletableFuture<String> waiting = insert(next, 20, PATIENCE);
      await("a continued worker")
          .atMost(PATIENCE)
          .until(
              () -> {
                Kill.send("CONT", pid);
                return waiting.isDone();
              });
      assertThat(waiting.join()).hasSize(20);
      assertThat(FaultBench.isAlive(pid)).isTrue();
      assertThat(rows(id)).isOne();
      assertThat(rows(next)).isOne();
    }
  }

  @Nested
  class WhenItDiesWithAResultThatItsRecorderHasNoRoomFor {

    @ParameterizedTest
    @ValueSource(strings = {"COMMIT_ANSWERED, CHANNEL_CLOSED", "HALF_A_REPLY, SIGKILL"})
    void saysThatTheResultIsLostAndTheCommitIsNot(String place) throws Exception {
      String[] parts = place.split(", ", 2);
      int id = ++ids;
      files.arm(Failpoint.valueOf(parts[0]), Fault.valueOf(parts[1]));
      CompletableFuture<String> victim = insert(id, MUCH, PATIENCE);

      Throwable thrown = catchThrowable(() -> victim.get(1, TimeUnit.MINUTES));

      assertThat(thrown).hasCauseInstanceOf(ResultLostException.class);
      assertThat(Outcome.of(thrown)).isEqualTo(Outcome.COMMITTED);
      assertThat(FaultBench.isAlive(hit().pid())).isFalse();
      assertThat(rows(id)).isOne();
    }

    @Test
    void loseNothingIfTheWholeReplyWasWritten() throws Exception {
      int id = ++ids;
      files.arm(Failpoint.REPLY_WRITTEN, Fault.SIGKILL);

      assertThat(insert(id, MUCH, PATIENCE).get(1, TimeUnit.MINUTES)).hasSize(MUCH);

      assertThat(rows(id)).isOne();
    }
  }
}
