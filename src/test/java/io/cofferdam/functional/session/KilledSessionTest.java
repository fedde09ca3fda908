package io.cofferdam.functional.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cofferdam.ExecutorSnapshot.WorkerSnapshot;
import io.cofferdam.ExecutorSnapshot.WorkerState;
import io.cofferdam.Outcome;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.WorkerCrashedException;
import io.cofferdam.functional.OnEveryDatabase;
import io.cofferdam.functional.WithHarmedWorkers;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.Sql;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The database session of a killed worker is ended, and its locks with it. */
@Tag("any-jdk")
class KilledSessionTest extends OnEveryDatabase {

  @Test
  void givesItsLocksToTheTaskThatWaitsForThem() throws Exception {
    String table = tableWithARow();
    try (TransactionExecutor two = TestExecutors.on(database).name("locks").workers(2).build();
        TransactionClient victim = two.client("victim");
        TransactionClient rival = two.client("rival")) {
      WithHarmedWorkers.awaitReady(two, 3);
      CompletableFuture<Object> held = holdTheRow(victim, table);
      WorkerSnapshot worker = awaitSleeping(two);
      String update = "UPDATE " + table + " SET note = 'rival' WHERE id = 1";
      CompletableFuture<Object> waiting =
          rival.submit(
              connection -> {
                Sql.run(connection, update);
                return "done";
              });
      awaitBusy(two, 2);

      WithHarmedWorkers.kill(worker);

      assertThat(waiting.join()).isEqualTo("done");
      assertToldWhenGone(held);
    }
    assertThat(database.text("SELECT note FROM " + table)).isEqualTo("rival");
  }

  @Test
  void isEndedByTheNextWorkerIfThereIsNoOther() throws Exception {
    String table = tableWithARow();
    CompletableFuture<Object> held = holdTheRow(client, table);
    WorkerSnapshot worker = awaitSleeping(executor);

    WithHarmedWorkers.kill(worker);

    assertToldWhenGone(held);
    database.run("UPDATE " + table + " SET note = 'free' WHERE id = 1");
    assertThat(database.text("SELECT note FROM " + table)).isEqualTo("free");
  }

  private void assertToldWhenGone(CompletableFuture<Object> held) throws Exception {
    WorkerCrashedException crash = WithHarmedWorkers.failureOf(WorkerCrashedException.class, held);
    assertThat(crash.outcome()).isEqualTo(Outcome.ROLLED_BACK);
    assertThat(crash.sessionMayBeAlive()).isFalse();
    assertThat(database.number(kind.sleepers())).isZero();
  }

  private String tableWithARow() throws Exception {
    String table = table();
    database.run("INSERT INTO " + table + " VALUES (1, 'free')");
    return table;
  }

  private CompletableFuture<Object> holdTheRow(TransactionClient victim, String table) {
    String update = "UPDATE " + table + " SET note = 'held' WHERE id = 1";
    String sleep = kind.sleep(600);
    return victim.submit(
        connection -> {
          Sql.run(connection, update);
          Sql.text(connection, sleep);
          return "slept";
        });
  }

  private WorkerSnapshot awaitSleeping(TransactionExecutor two) {
    await("the task to sleep").atMost(PATIENCE).until(() -> database.number(kind.sleepers()) == 1);
    return two.snapshot().workers().stream()
        .filter(worker -> worker.state() == WorkerState.BUSY)
        .findFirst()
        .orElseThrow();
  }

  private static void awaitBusy(TransactionExecutor two, int workers) {
    await("busy workers").atMost(PATIENCE).until(() -> two.snapshot().busy() == workers);
  }
}
