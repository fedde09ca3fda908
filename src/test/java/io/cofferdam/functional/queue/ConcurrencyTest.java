package io.cofferdam.functional.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.cofferdam.Concurrency;
import io.cofferdam.ExecutorSnapshot.ConcurrencyReason;
import io.cofferdam.Outcome;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionTask;
import io.cofferdam.WorkerCrashedException;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.Gate;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** How many workers are given tasks follows the load, and no task has to pay for that. */
@Tag("process")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConcurrencyTest {

  private static final int WORKERS = 4;
  private static final int CLIENTS = 12;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** One at a time in the whole database, so that more workers do no more. */
  private static final TransactionTask<Long, SQLException> LOCKING =
      connection -> Sql.number(connection, "SELECT 1 FROM pg_advisory_xact_lock(4711)");

  private static final TransactionTask<Long, SQLException> SLEEPING =
      connection -> Sql.number(connection, "SELECT 1 FROM pg_sleep(0.05)");

  private final TestDatabase database = Databases.fresh(DatabaseKind.POSTGRESQL);
  private final TransactionExecutor executor =
      TestExecutors.on(database)
          .workers(WORKERS)
          .warmSpares(0)
          .concurrency(Concurrency.ADAPTIVE)
          .build();
  private final AtomicReference<TransactionTask<Long, SQLException>> work =
      new AtomicReference<>(LOCKING);
  private final List<Thread> clients = new ArrayList<>();
  private AtomicBoolean stopped = new AtomicBoolean();

  @BeforeAll
  void awaitWorkers() {
    await().atMost(PATIENCE).until(() -> executor.snapshot().ready() == WORKERS);
  }

  @AfterAll
  void close() {
    executor.close();
  }

  @BeforeEach
  void learnThatFewerAreEnough() {
    work.set(LOCKING);
    stopped = new AtomicBoolean();
    AtomicBoolean end = stopped;
    for (int i = 0; i < CLIENTS; i++) {
      String name = "client-" + i;
      clients.add(new Thread(() -> giveTasks(name, end), name));
    }
    clients.forEach(Thread::start);
    await().atMost(PATIENCE).until(() -> executor.snapshot().concurrency() < WORKERS);
  }

  @AfterEach
  void endClients() throws InterruptedException {
    stopped.set(true);
    for (Thread client : clients) {
      client.join();
    }
    clients.clear();
  }

  private void giveTasks(String name, AtomicBoolean end) {
    try (TransactionClient client = executor.client(name)) {
      while (!end.get()) {
        assertThat(client.execute(work.get())).isEqualTo(1);
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void tasksThatWaitAreGivenToAllWorkers() {
    work.set(SLEEPING);

    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(executor.snapshot().busy()).isEqualTo(WORKERS));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(executor.snapshot().concurrency()).isEqualTo(WORKERS);
              assertThat(executor.snapshot().concurrencyReason())
                  .isNotIn(ConcurrencyReason.FIXED, ConcurrencyReason.FEWER_ARE_ENOUGH);
            });
  }

  @Test
  void aStuckTaskLeavesTheOthersTheirPlace() {
    try (Gate gate = Gate.closed();
        TransactionClient client = executor.client("stuck")) {
      CompletableFuture<Long> stuck =
          client.submit(
              connection -> {
                gate.await();
                return 1L;
              });
      long before = executor.snapshot().committed();

      await().atMost(PATIENCE).until(() -> executor.snapshot().committed() > before + 1_000);

      assertThat(stuck).isNotDone();
      gate.open();
      assertThat(stuck.join()).isEqualTo(1);
    }
  }

  @Test
  void theTaskOfADeadWorkerIsSettledMeanwhile() throws SQLException {
    try (TransactionClient client = executor.client("dying")) {
      WorkerCrashedException crash =
          catchThrowableOfType(
              WorkerCrashedException.class,
              () ->
                  client.execute(
                      connection -> {
                        Sql.number(connection, "SELECT 1 FROM pg_advisory_xact_lock(815)");
                        Runtime.getRuntime().halt(7);
                        return 1L;
                      }));

      assertThat(crash.outcome()).isEqualTo(Outcome.ROLLED_BACK);
      long lockedAgain =
          client.execute(
              connection -> Sql.number(connection, "SELECT 1 FROM pg_advisory_xact_lock(815)"));
      assertThat(lockedAgain).isEqualTo(1);
    }
  }
}
