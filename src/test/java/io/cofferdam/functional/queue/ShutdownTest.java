package io.cofferdam.functional.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cofferdam.Outcome;
import io.cofferdam.TransactionCancelledException;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionException;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionRejectedException;
import io.cofferdam.TransactionRejectedException.Reason;
import io.cofferdam.functional.WithHarmedWorkers;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.Sabotage;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import io.cofferdam.testkit.process.WorkerProcesses;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Closing an executor or a client handle loses no answer and leaves nothing behind. */
@Tag("process")
class ShutdownTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration KILL_GRACE = Duration.ofSeconds(1);
  private static final String NAME = "closing";

  private final TestDatabase database = Databases.fresh(DatabaseKind.POSTGRESQL);

  @BeforeEach
  void makeTable() throws SQLException {
    database.run("CREATE TABLE t (id INT PRIMARY KEY)");
  }

  @AfterEach
  void assertNothingIsLeft() {
    WorkerProcesses.awaitNone();
    await("the end of all threads")
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(WorkerProcesses.threads(NAME)).isEmpty());
    await("the end of all sessions")
        .atMost(PATIENCE)
        .until(
            () ->
                database.number(
                        "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE '"
                            + NAME
                            + "-%'")
                    == 0);
  }

  private TransactionExecutor open(int workers, Duration shutdownTimeout) {
    return TestExecutors.on(database)
        .name(NAME)
        .workers(workers)
        .warmSpares(0)
        .shutdownTimeout(shutdownTimeout)
        .killGrace(KILL_GRACE)
        .build();
  }

  @Nested
  class ClosingTheExecutor {

    @Test
    void drainsWhatRunsAndWhatIsQueued() throws Exception {
      TransactionExecutor executor = open(2, PATIENCE);
      TransactionClient client = executor.client("client");
      List<CompletableFuture<Integer>> tasks = submitSlow(client, 0.2, 10);

      executor.close();

      for (int i = 0; i < tasks.size(); i++) {
        assertThat(tasks.get(i).get()).isEqualTo(i);
      }
      assertThat(database.number("SELECT count(*) FROM t")).isEqualTo(10);
    }

    @Test
    void refusesWhatComesLater() {
      TransactionExecutor executor = open(1, PATIENCE);
      TransactionClient client = executor.client("client");
      executor.close();

      assertThatThrownBy(() -> client.submit(connection -> 1))
          .isInstanceOfSatisfying(
              TransactionRejectedException.class,
              e -> {
                assertThat(e.reason()).isEqualTo(Reason.EXECUTOR_CLOSED);
                assertThat(e.outcome()).isEqualTo(Outcome.NOT_STARTED);
              });
      assertThatThrownBy(() -> executor.client("late"))
          .isInstanceOf(TransactionRejectedException.class);
      executor.close();
      client.close();
    }

    @Test
    void cancelsWhatIsLeftWhenTheShutdownTimeoutHasPassed() throws Exception {
      Duration timeout = Duration.ofMillis(500);
      TransactionExecutor executor = open(2, timeout);
      TransactionClient client = executor.client("client");
      List<CompletableFuture<Integer>> tasks = submitSlow(client, 100, 5);
      await().atMost(PATIENCE).until(() -> executor.snapshot().busy() == 2);
      long start = System.nanoTime();

      executor.close();

      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(timeout, timeout.plus(KILL_GRACE).plusSeconds(3));
      for (int i = 0; i < tasks.size(); i++) {
        TransactionException told =
            WithHarmedWorkers.failureOf(TransactionCancelledException.class, tasks.get(i));
        assertThat(told.outcome()).isEqualTo(i < 2 ? Outcome.ROLLED_BACK : Outcome.NOT_STARTED);
        assertThat(told).hasMessageContaining("executor was closed");
      }
      assertThat(database.number("SELECT count(*) FROM t")).isZero();
    }

    @Test
    void killsWhatDoesNotListen() throws Exception {
      TransactionExecutor executor = open(1, Duration.ZERO);
      TransactionClient client = executor.client("client");
      CompletableFuture<Object> deaf =
          client.submit(
              connection -> {
                Sql.run(connection, "INSERT INTO t VALUES (1)");
                Sabotage.hang();
                return null;
              });
      await().atMost(PATIENCE).until(() -> executor.snapshot().busy() == 1);

      executor.close();

      TransactionException told =
          WithHarmedWorkers.failureOf(TransactionCancelledException.class, deaf);
      assertThat(told.outcome()).isEqualTo(Outcome.ROLLED_BACK);
      assertThat(database.number("SELECT count(*) FROM t")).isZero();
    }

    @Test
    void mayBeDoneByManyThreadsAtOnce() throws Exception {
      TransactionExecutor executor = open(2, PATIENCE);
      TransactionClient client = executor.client("client");
      List<CompletableFuture<Integer>> tasks = submitSlow(client, 0.3, 4);
      List<FutureTask<Boolean>> closers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        closers.add(
            new FutureTask<>(
                () -> {
                  executor.close();
                  return tasks.stream().allMatch(CompletableFuture::isDone)
                      && WorkerProcesses.alive().isEmpty();
                }));
      }

      closers.forEach(closer -> new Thread(closer, "closer").start());

      for (FutureTask<Boolean> closer : closers) {
        assertThat(closer.get()).as("all is over when close returns").isTrue();
      }
      assertThat(database.number("SELECT count(*) FROM t")).isEqualTo(4);
    }

    @Test
    void doesNotWaitForWorkersThatAreStarting() {
      TransactionExecutor executor = open(12, PATIENCE);
      assertThat(executor.snapshot().ready()).as("ready workers").isLessThan(12);

      executor.close();
    }

    @Test
    void answersTasksThatWorkersKillThemselvesOver() throws Exception {
      TransactionExecutor executor = open(2, PATIENCE);
      TransactionClient client = executor.client("client");
      List<CompletableFuture<Object>> suicides = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        suicides.add(
            client.submit(
                connection -> {
                  Runtime.getRuntime().halt(1);
                  return null;
                }));
      }

      executor.close();

      for (CompletableFuture<Object> suicide : suicides) {
        assertThat(Outcome.of(WithHarmedWorkers.failureOf(suicide))).isEqualTo(Outcome.ROLLED_BACK);
      }
    }

    @Test
    void keepsTheInterruptOfItsThread() throws Exception {
      TransactionExecutor executor = open(1, PATIENCE);
      TransactionClient client = executor.client("client");
      List<CompletableFuture<Integer>> tasks = submitSlow(client, 0.3, 2);
      FutureTask<Boolean> closing =
          new FutureTask<>(
              () -> {
                Thread.currentThread().interrupt();
                executor.close();
                return Thread.currentThread().isInterrupted();
              });

      new Thread(closing, "closer").start();

      assertThat(closing.get()).isTrue();
      for (CompletableFuture<Integer> task : tasks) {
        assertThat(task.get()).isNotNull();
      }
    }
  }

  @Nested
  class ClosingAClientHandle {

    @Test
    void cancelsWhatIsQueuedAndLetsTheRunningTaskEnd() throws Exception {
      try (TransactionExecutor executor = open(1, PATIENCE);
          TransactionClient other = executor.client("other")) {
        TransactionClient client = executor.client("client");
        List<CompletableFuture<Integer>> tasks = submitSlow(client, 0.5, 4);
        CompletableFuture<Integer> ofAnother = other.submit(connection -> 7);
        await().atMost(PATIENCE).until(() -> executor.snapshot().busy() == 1);

        client.close();

        for (CompletableFuture<Integer> queued : tasks.subList(1, 4)) {
          Throwable told = WithHarmedWorkers.failureOf(queued);
          assertThat(Outcome.of(told)).isEqualTo(Outcome.NOT_STARTED);
          assertThat(told).isInstanceOf(TransactionCancelledException.class);
        }
        assertThat(tasks.get(0).get()).isZero();
        assertThat(ofAnother.get()).isEqualTo(7);
        assertThatThrownBy(() -> client.execute(connection -> 1))
            .isInstanceOfSatisfying(
                TransactionRejectedException.class,
                e -> assertThat(e.reason()).isEqualTo(Reason.CLIENT_CLOSED));
        client.close();
        assertThat(executor.snapshot().clients()).isEqualTo(1);
      }
      assertThat(database.number("SELECT count(*) FROM t")).isEqualTo(1);
    }
  }

  @Nested
  class CancellingInACallback {

    @Test
    void doesNotBlockTheExecutor() throws Exception {
      try (TransactionExecutor executor = open(1, PATIENCE);
          TransactionClient client = executor.client("client")) {
        List<CompletableFuture<Integer>> tasks = submitSlow(client, 0.2, 3);
        CompletableFuture<Boolean> cancelledLast =
            tasks.get(0).thenApply(done -> tasks.get(2).cancel(true));

        assertThat(cancelledLast.get()).isTrue();
        assertThat(tasks.get(1).get()).isEqualTo(1);
        assertThatThrownBy(() -> tasks.get(2).get())
            .isInstanceOfAny(CancellationException.class, ExecutionException.class);
      }
    }
  }

  private static List<CompletableFuture<Integer>> submitSlow(
      TransactionClient client, double seconds, int count) {
    List<CompletableFuture<Integer>> tasks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int id = i;
      tasks.add(
          client.submit(
              connection -> {
                Sql.run(
                    connection,
                    "INSERT INTO t VALUES (" + id + ")",
                    "SELECT pg_sleep(" + seconds + ")");
                return id;
              }));
    }
    return tasks;
  }
}
