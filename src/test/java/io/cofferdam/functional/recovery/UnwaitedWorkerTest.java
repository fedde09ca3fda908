package io.cofferdam.functional.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.cofferdam.Outcome;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionException;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.TransactionOptions;
import io.cofferdam.TransactionTimeoutException;
import io.cofferdam.WorkerCrashedException;
import io.cofferdam.internal.wire.FrameType;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.Sabotage;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.TestDatabase;
import io.cofferdam.testkit.process.WorkerProcesses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No thread of the application waits for what a worker, or a child of it, would have to do. */
@Tag("process")
class UnwaitedWorkerTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** One whose rollbacks are complete, so that nothing has to be asked after a death. */
  private final TestDatabase database = Databases.fresh(DatabaseKind.POSTGRESQL);

  @AfterEach
  void leavesNoProcess() {
    WorkerProcesses.awaitNone();
  }

  private TransactionExecutor executor() {
    return executor(builder -> builder);
  }

  private TransactionExecutor executor(UnaryOperator<TransactionExecutorBuilder> more) {
    return more.apply(
            TestExecutors.on(database)
                .name("orphaned")
                .workers(1)
                .warmSpares(0)
                .killGrace(Duration.ofMillis(500))
                .shutdownTimeout(Duration.ofSeconds(1)))
        .build();
  }

  private static TransactionOptions timeout(Duration timeout) {
    return TransactionOptions.defaults().timeout(timeout);
  }

  /** To be called in a worker: stops its process, so that nothing is read, and fills its input. */
  private static int stopAndFillInput() throws IOException, InterruptedException {
    long pid = ProcessHandle.current().pid();
    String fill = "dd if=/dev/zero of=/proc/" + pid + "/fd/0 oflag=nonblock";
    return new ProcessBuilder(
            "sh", "-c", "kill -STOP " + pid + "; " + fill + " bs=4096; " + fill + " bs=1")
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  @Nested
  class WhenItsInputIsFullAndItIsStopped {

    @Test
    void theCallerIsToldAtItsDeadline() {
      try (TransactionExecutor executor = executor();
          TransactionClient client = executor.client("teller")) {
        TransactionException told =
            catchThrowableOfType(
                TransactionTimeoutException.class,
                () ->
                    client.execute(
                        timeout(Duration.ofSeconds(2)), connection -> stopAndFillInput()));

        assertThat(told).isNotNull();
        assertThat(told.outcome()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(client.<Integer, RuntimeException>execute(connection -> 42)).isEqualTo(42);
      }
    }

    @Test
    void closingEnds() throws Exception {
      CompletableFuture<Integer> stopped;
      try (TransactionExecutor executor = executor();
          TransactionClient client = executor.client("teller")) {
        stopped = client.submit(timeout(PATIENCE), connection -> stopAndFillInput());
        await("a stopped worker")
            .atMost(PATIENCE)
            .until(() -> WorkerProcesses.alive().stream().anyMatch(UnwaitedWorkerTest::isStopped));
      }

      ExecutionException told =
          catchThrowableOfType(ExecutionException.class, () -> stopped.get(1, TimeUnit.MINUTES));
      assertThat(Outcome.of(told)).isEqualTo(Outcome.ROLLED_BACK);
    }
  }

  private static boolean isStopped(ProcessHandle process) {
    return WorkerProcesses.status(process.pid(), "State").startsWith("T");
  }

  @Nested
  class WhenAChildHoldsItsOutput {

    private static final int DEATHS = 6;

    @Test
    void itsDeathLeavesNoThreadAndNoDescriptor(@TempDir Path directory) throws Exception {
      Path sign = Files.createFile(directory.resolve("children-may-live"));
      String file = sign.toString();
      try (TransactionExecutor executor = executor();
          TransactionClient client = executor.client("teller")) {
        die(client, file);
        awaitReady(executor);
        int descriptors = WorkerProcesses.openDescriptors();
        int threads = WorkerProcesses.threads("").size();

        for (int i = 0; i < DEATHS; i++) {
          die(client, file);
        }

        await("what was there before")
            .atMost(PATIENCE)
            .untilAsserted(
                () -> {
                  awaitReady(executor);
                  assertThat(WorkerProcesses.openDescriptors())
                      .isLessThan(descriptors + DEATHS / 2);
                  assertThat(WorkerProcesses.threads("").size()).isLessThan(threads + DEATHS / 2);
                  assertThat(WorkerProcesses.threads("orphaned-worker"))
                      .hasSizeLessThanOrEqualTo(1);
                });
      } finally {
        Files.delete(sign);
      }
    }

    private void die(TransactionClient client, String sign) {
      WorkerCrashedException told =
          catchThrowableOfType(
              WorkerCrashedException.class, () -> client.execute(connection -> leaveChild(sign)));
      assertThat(told).isNotNull();
      assertThat(told.crashReport().lastOutput()).contains("last words");
    }

    private void awaitReady(TransactionExecutor executor) {
      await("a worker").atMost(PATIENCE).until(() -> executor.snapshot().ready() == 1);
    }
  }

  /** To be called in a worker: dies, and leaves a child that has its standard output. */
  private static int leaveChild(String sign) throws IOException {
    System.out.println("last words");
    new ProcessBuilder("sh", "-c", "while test -e " + sign + "; do sleep 0.2; done")
        .inheritIO()
        .start();
    Runtime.getRuntime().halt(1);
    return 0;
  }

  @Nested
  class WhenItFloodsItsChannel {

    /** A link that reads on as long as something comes would not look at the time. */
    @Test
    void itIsEndedAtOnce() {
      try (TransactionExecutor executor =
              executor(builder -> builder.workerJvmArgs(Sabotage.JVM_ARGUMENT));
          TransactionClient client = executor.client("teller")) {
        WorkerCrashedException told =
            catchThrowableOfType(
                WorkerCrashedException.class,
                () ->
                    client.run(
                        timeout(PATIENCE),
                        connection -> Sabotage.floodChannel(FrameType.IN_DOUBT)));

        assertThat(told).isNotNull().hasMessageContaining("IN_DOUBT").hasMessageContaining("often");
        assertThat(told.outcome()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(client.<Integer, RuntimeException>execute(connection -> 42)).isEqualTo(42);
      }
    }
  }

  @Nested
  class WhenItFloodsItsOutput {

    /** A processor would take in gigabytes of it. */
    @Test
    void itHasToWait() throws Exception {
      try (TransactionExecutor executor = executor();
          TransactionClient client = executor.client("teller")) {
        long printed =
            client.execute(timeout(PATIENCE), connection -> flood(Duration.ofSeconds(3)));

        assertThat(printed).isLessThan(4 << 20);
      }
    }

    @Test
    void itsTaskIsStoppedAtItsDeadline() throws Exception {
      try (TransactionExecutor executor = executor();
          TransactionClient client = executor.client("teller")) {
        TransactionException told =
            catchThrowableOfType(
                TransactionTimeoutException.class,
                () ->
                    client.execute(timeout(Duration.ofSeconds(3)), connection -> flood(PATIENCE)));

        assertThat(told).isNotNull();
        assertThat(told.outcome()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(client.<Integer, RuntimeException>execute(connection -> 42)).isEqualTo(42);
      }
    }
  }

  /** To be called in a worker: prints as much as it can, and returns how many bytes that were. */
  private static long flood(Duration duration) {
    long until = System.nanoTime() + duration.toNanos();
    String line = "x".repeat(100);
    long printed = 0;
    while (System.nanoTime() - until < 0) {
      System.out.println(line);
      printed += line.length() + 1;
    }
    return printed;
  }
}
