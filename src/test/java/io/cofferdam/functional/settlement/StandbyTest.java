package io.cofferdam.functional.settlement;

import static org.assertj.core.api.Assertions.assertThat;

import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.functional.WithHarmedWorkers;
import io.cofferdam.testing.SlowCommits;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL with a standby, both in the URL, where any of them will do. */
@Tag("any-jdk")
@Tag("process")
class StandbyTest {

  @TempDir Path directory;

  /** Starts a server whose one client may have one session only: that of its dead worker. */
  private EmbeddedPostgres start(String data) throws IOException {
    return EmbeddedPostgres.builder()
        .setDataDirectory(directory.resolve(data))
        .setCleanDataDirectory(false)
        .setServerConfig("max_connections", "50")
        .setPGStartupWait(Duration.ofMinutes(1))
        .start();
  }

  private static TestDatabase database(EmbeddedPostgres server) {
    return new TestDatabase(
        DatabaseKind.POSTGRESQL,
        "postgres",
        "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres",
        "postgres",
        "");
  }

  private void makePrimaryAndStandby() throws Exception {
    try (EmbeddedPostgres primary = start("primary")) {
      TestDatabase database = database(primary);
      database.run(
          "CREATE TABLE t (id INT PRIMARY KEY)",
          "CREATE ROLE teller LOGIN CONNECTION LIMIT 1",
          "GRANT ALL ON t TO teller");
      SlowCommits.of(database, "t", "3");
    }
    Path standby = directory.resolve("standby");
    FileUtils.copyDirectory(directory.resolve("primary").toFile(), standby.toFile());
    Files.setPosixFilePermissions(standby, PosixFilePermissions.fromString("rwx------"));
    Files.createFile(standby.resolve("standby.signal"));
  }

  /** The dead worker's session takes the only place on the primary, so the standby is asked. */
  @Test
  void doesNotSayWhatBecameOfACommit() throws Exception {
    makePrimaryAndStandby();
    try (EmbeddedPostgres primary = start("primary");
        EmbeddedPostgres standby = start("standby");
        TransactionExecutor executor =
            TransactionExecutor.builder()
                .jdbcUrl(
                    "jdbc:postgresql://127.0.0.1:"
                        + primary.getPort()
                        + ",127.0.0.1:"
                        + standby.getPort()
                        + "/postgres")
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
      WithHarmedWorkers.kill(
          WithHarmedWorkers.awaitWorkerRunning(executor, database(primary), "COMMIT"));

      assertThat(victim.get(1, TimeUnit.MINUTES)).isEqualTo(1);
      assertThat(database(primary).number("SELECT count(*) FROM t")).isOne();
    }
  }
}
