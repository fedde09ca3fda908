package io.cofferdam.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.cofferdam.Outcome;
import io.cofferdam.OutcomeTracking;
import io.cofferdam.RetryPolicy;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionException;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionOptions;
import io.cofferdam.internal.worker.HaltAfterCommit;
import io.cofferdam.testing.DatabaseKind;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.SlowCommits;
import io.cofferdam.testing.Sql;
import io.cofferdam.testing.TestDatabase;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGConnection;
import org.postgresql.fastpath.FastpathArg;

/** Findings of a review: each test asserts what is promised, and fails. */
@Tag("process")
class HostileReviewTest {

  @TempDir Path directory;

  private EmbeddedPostgres postgres(String data) throws IOException {
    return EmbeddedPostgres.builder()
        .setDataDirectory(directory.resolve(data))
        .setCleanDataDirectory(false)
        .setServerConfig("fsync", "off")
        .setServerConfig("autovacuum", "off")
        .setServerConfig("max_connections", "50")
        .setPGStartupWait(Duration.ofMinutes(1))
        .start();
  }

  /**
   * The default of targetServerType is any: a worker that the primary refuses takes the standby.
   */
  @Test
  void aStandbyDoesNotSayThatACommitWasRolledBack() throws Exception {
    try (EmbeddedPostgres setUp = postgres("primary")) {
      TestDatabase before =
          new TestDatabase(
              DatabaseKind.POSTGRESQL,
              "postgres",
              "jdbc:postgresql://127.0.0.1:" + setUp.getPort() + "/postgres",
              "postgres",
              "");
      before.run("CREATE TABLE t (id INT PRIMARY KEY)", "CREATE ROLE teller LOGIN");
      before.run("GRANT ALL ON t TO teller", "ALTER ROLE teller CONNECTION LIMIT 1");
      SlowCommits.of(before, "t", "3");
    }
    FileUtils.copyDirectory(
        directory.resolve("primary").toFile(), directory.resolve("standby").toFile());
    Files.createFile(directory.resolve("standby/standby.signal"));
    Process again =
        new ProcessBuilder("chmod", "700", directory.resolve("standby").toString()).start();
    assertThat(again.waitFor()).isZero();

    try (EmbeddedPostgres primary = postgres("primary");
        EmbeddedPostgres standby = postgres("standby")) {
      String host = "127.0.0.1:";
      TestDatabase database =
          new TestDatabase(
              DatabaseKind.POSTGRESQL,
              "postgres",
              "jdbc:postgresql://" + host + primary.getPort() + "/postgres",
              "postgres",
              "");
      String both =
          "jdbc:postgresql://"
              + host
              + primary.getPort()
              + ","
              + host
              + standby.getPort()
              + "/postgres";
      try (TransactionExecutor executor =
              TransactionExecutor.builder()
                  .jdbcUrl(both)
                  .username("teller")
                  .password("x")
                  .workers(1)
                  .warmSpares(0)
                  .build();
          TransactionClient client = executor.client("client")) {
        CompletableFuture<Integer> victim =
            client.submit(
                connection -> {
                  Sql.run(
                      connection,
                      "SET client_connection_check_interval = 0",
                      "INSERT INTO t VALUES (1)");
                  return 1;
                });
        FaultTest.kill(FaultTest.awaitWorkerRunning(executor, database, "COMMIT"));

        Throwable failure = catchThrowable(() -> victim.get(1, TimeUnit.MINUTES));
        System.out.println("TOLD: " + failure);
        Outcome told = failure == null ? Outcome.COMMITTED : Outcome.of(failure.getCause());
        if (failure != null && failure.getCause() instanceof TransactionException reported) {
          System.out.println(
              "alive: " + reported.sessionMayBeAlive() + ", retrySafe: " + reported.retrySafe());
        }
        TimeUnit.SECONDS.sleep(4);
        long rows = database.number("SELECT count(*) FROM t");
        System.out.println("ROWS: " + rows);
        assertThat(told).isNotEqualTo(rows == 0 ? Outcome.COMMITTED : Outcome.ROLLED_BACK);
      }
    }
  }

  /** H2 takes setReadOnly for a hint; on PostgreSQL a task can take it back. */
  @ParameterizedTest
  @CsvSource({"H2,LEDGER,SELECT 1", "POSTGRESQL,TRANSACTION_ID,SET TRANSACTION READ WRITE"})
  void aTaskThatWritesAlthoughItIsReadOnlyIsNotExecutedTwice(
      DatabaseKind kind, OutcomeTracking tracking, String first) throws Exception {
    TestDatabase database = Databases.fresh(kind);
    database.run("CREATE TABLE t (id INT)");
    String arm = Files.createFile(directory.resolve("arm")).toString();
    try (TransactionExecutor executor =
            database
                .executor()
                .workers(1)
                .outcomeTracking(tracking)
                .workerJvmArgs(HaltAfterCommit.JVM_ARGUMENT)
                .build();
        TransactionClient client = executor.client("client")) {
      Throwable failure =
          catchThrowable(
              () ->
                  client.run(
                      TransactionOptions.defaults().readOnly().retry(RetryPolicy.attempts(3)),
                      connection -> {
                        Sql.run(connection, first, "INSERT INTO t VALUES (1)");
                        HaltAfterCommit.armOnce(arm);
                      }));
      System.out.println("TOLD: " + failure);
    }
    assertThat(database.number("SELECT COUNT(*) FROM t")).isLessThan(2);
  }

  /** The guard does not see that a function which is called by its number executes anything. */
  @ParameterizedTest
  @EnumSource(names = {"LEDGER", "TRANSACTION_ID"})
  void aFastpathCallIsNotTakenForNothing(OutcomeTracking tracking) throws Exception {
    TestDatabase database = Databases.fresh(DatabaseKind.POSTGRESQL);
    String arm = Files.createFile(directory.resolve("arm")).toString();
    try (TransactionExecutor executor =
            database
                .executor()
                .workers(1)
                .outcomeTracking(tracking)
                .workerJvmArgs(HaltAfterCommit.JVM_ARGUMENT)
                .build();
        TransactionClient client = executor.client("client")) {
      Throwable failure =
          catchThrowable(
              () ->
                  client.run(
                      connection -> {
                        FastpathArg[] anyOid = {new FastpathArg(-1)};
                        byte[] unused =
                            connection
                                .unwrap(PGConnection.class)
                                .getFastpathAPI()
                                .fastpath(957, anyOid);
                        HaltAfterCommit.armOnce(arm);
                      }));
      System.out.println("TOLD: " + failure);
      long made = database.number("SELECT count(*) FROM pg_largeobject_metadata");
      System.out.println("MADE: " + made);
      Outcome told = failure == null ? Outcome.COMMITTED : Outcome.of(failure);
      assertThat(told).isNotEqualTo(made == 0 ? Outcome.COMMITTED : Outcome.ROLLED_BACK);
    }
  }

  @Test
  void differentKeysAreDifferent() throws Exception {
    TestDatabase database = Databases.fresh(DatabaseKind.POSTGRESQL);
    try (TransactionExecutor executor =
            database.executor().workers(1).outcomeTracking(OutcomeTracking.LEDGER).build();
        TransactionClient client = executor.client("client")) {
      TransactionOptions options = TransactionOptions.defaults();
      String cut = "pay \uD83D\uDE00".substring(0, 5);
      assertThat(
              client.<String, RuntimeException>execute(
                  options.idempotencyKey("pay ?"), connection -> "first"))
          .isEqualTo("first");
      assertThat(
              client.<String, RuntimeException>execute(
                  options.idempotencyKey(cut), connection -> "second"))
          .isEqualTo("second");
    }
  }

  /** What a claim is refused for is told, and does not cost a connection each time. */
  @Test
  void aRefusalInsideAClaimIsTold() throws Exception {
    TestDatabase database = Databases.fresh(DatabaseKind.POSTGRESQL);
    try (TransactionExecutor executor =
            database.executor().workers(1).outcomeTracking(OutcomeTracking.LEDGER).build();
        TransactionClient client = executor.client("client")) {
      database.run(
          "INSERT INTO cofferdam_outcome VALUES ('key:old', 'COMMITTED', NULL, NULL,"
              + " now() - interval '1 hour')",
          "REVOKE DELETE ON cofferdam_outcome FROM " + database.username());
      Throwable failure =
          catchThrowable(
              () ->
                  client.run(
                      TransactionOptions.defaults()
                          .idempotencyKey("old")
                          .timeout(Duration.ofSeconds(5)),
                      connection -> {}));
      System.out.println("TOLD: " + failure + ", dispatched " + executor.snapshot().dispatched());
      assertThat(failure).hasMessageContaining("permission denied");
    }
  }
}
