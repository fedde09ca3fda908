package io.cofferdam.functional.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.Sabotage;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import io.cofferdam.testkit.process.ChildApplication;
import io.cofferdam.testkit.process.Kill;
import io.cofferdam.testkit.process.WorkerProcesses;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** No worker outlives its application, however that ends and whatever the worker does. */
@Tag("process")
class NoOrphansTest {

  private static final Duration PROMISED = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final TestDatabase database = Databases.fresh(DatabaseKind.POSTGRESQL);

  @Test
  void everyWorkerIsGoneTwoSecondsAfterTheApplicationWasKilled() {
    try (ChildApplication application = start("work")) {
      application.awaitLine("running");
      awaitSessions(6);
      List<ProcessHandle> workers = application.workers();
      assertThat(workers).as("workers and a spare").hasSize(6);
      Kill.stop(Long.parseLong(application.awaitLine("stoppable ")));

      application.handle().destroyForcibly();

      await("the end of all workers")
          .atMost(PROMISED)
          .pollInterval(Duration.ofMillis(20))
          .until(() -> workers.stream().noneMatch(WorkerProcesses::isWorker));
      awaitSessions(0);
    }
  }

  @Test
  void workersThatAreStartingAreGoneToo() {
    try (ChildApplication application = start("start")) {
      await("workers that are starting")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(5))
          .until(() -> !application.workers().isEmpty());
      List<ProcessHandle> descendants = application.handle().descendants().toList();

      application.handle().destroyForcibly();

      await("the end of all workers")
          .atMost(PROMISED)
          .pollInterval(Duration.ofMillis(20))
          .until(
              () ->
                  descendants.stream()
                      .allMatch(child -> WorkerProcesses.commandLine(child.pid()).isEmpty()));
      awaitSessions(0);
    }
  }

  @Test
  void everyWorkerIsGoneWhenTheApplicationExitsWithoutClosingTheExecutor() {
    try (ChildApplication application = start("exit")) {
      application.awaitLine("running");
      awaitSessions(6);
      List<ProcessHandle> workers = application.workers();
      assertThat(workers).hasSize(6);

      application.tell("exit");

      assertThat(application.awaitExit()).isZero();
      await("the end of all workers")
          .atMost(PROMISED)
          .until(() -> workers.stream().noneMatch(WorkerProcesses::isWorker));
      awaitSessions(0);
      assertThat(application.errors()).isEmpty();
    }
  }

  @Test
  void theApplicationMayEndByReturningFromMain() {
    try (ChildApplication application = start("return")) {
      assertThat(application.awaitExit()).isZero();
      awaitSessions(0);
    }
  }

  @Test
  void aWorkerStartedByHandSaysWhoStartsIt() throws Exception {
    Path socket = Path.of("/nowhere");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.cofferdam.internal.worker.WorkerMain",
                socket.toString())
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();

    assertThat(
            new String(
                process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
        .contains("a worker is started by a Cofferdam executor, not by hand");
    assertThat(process.waitFor()).isNotZero();
    assertThat(Files.exists(socket)).isFalse();
  }

  private ChildApplication start(String mode) {
    return ChildApplication.start(
        Application.class, database.url(), database.username(), database.password(), mode);
  }

  private void awaitSessions(int count) {
    await(count + " sessions of workers")
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        database.number(
                            "SELECT count(*) FROM pg_stat_activity WHERE datname ="
                                + " current_database() AND application_name LIKE '%-worker-%'"))
                    .isEqualTo(count));
  }

  static final class Application {

    public static void main(String[] arguments) throws Exception {
      TransactionExecutor executor =
          TransactionExecutor.builder()
              .jdbcUrl(arguments[0])
              .username(arguments[1])
              .password(arguments[2])
              .workers(arguments[3].equals("start") ? 12 : 5)
              .warmSpares(1)
              .build();
      TransactionClient client = executor.client("orphan");
      switch (arguments[3]) {
        case "work" -> {
          work(client);
          System.out.println("running");
          Sabotage.hang();
        }
        case "exit" -> {
          work(client);
          System.out.println("running");
          int unused = System.in.read();
          System.exit(0);
        }
        case "return" -> client.run(connection -> Sql.run(connection, "SELECT 1"));
        default -> Sabotage.hang();
      }
    }

    /** Leaves one worker idle; one runs a statement, one a loop, one can be stopped. */
    private static void work(TransactionClient client) {
      var inStatement =
          client.submit(
              connection -> {
                Sql.run(connection, "SELECT pg_sleep(100)");
                return null;
              });
      var inLoop = client.submit(connection -> Sabotage.spin());
      var idleInTransaction =
          client.submit(
              connection -> {
                Sql.run(connection, "SELECT 1");
                System.out.println("stoppable");
                Sabotage.hang();
                return null;
              });
      long pid = client.execute(connection -> ProcessHandle.current().pid());
      System.out.println("stoppable " + pid);
      if (inStatement.isDone() || inLoop.isDone() || idleInTransaction.isDone()) {
        throw new IllegalStateException("a task has ended");
      }
    }
  }
}
