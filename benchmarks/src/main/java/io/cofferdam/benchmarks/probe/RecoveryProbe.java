package io.cofferdam.benchmarks.probe;

import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.benchmarks.run.Executors;
import io.cofferdam.benchmarks.run.Waiting;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.process.WorkerProcesses;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * How long it takes from SIGKILL of a busy worker until the next task, which waits in the queue,
 * has begun in that seat. Both processes read the machine's one monotonic clock.
 */
final class RecoveryProbe implements Probe {

  /** Counts the sessions that sleep: the probes are asked one after the other. */
  private static final String SLEEPING =
      "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'";

  private final ProbeOrder order;
  private final TransactionExecutor executor;
  private final TransactionClient victim;
  private final TransactionClient next;

  RecoveryProbe(ProbeOrder order) {
    this.order = order;
    this.executor = order.executor();
    this.victim = executor.client("victim");
    this.next = executor.client("next");
  }

  @Override
  public Map<String, Double> take() throws InterruptedException, ExecutionException {
    Executors.awaitReady(executor, order.spec().workersAndSpares());
    CompletableFuture<?> killed =
        victim.submit(connection -> Sql.number(connection, "SELECT 1 FROM pg_sleep(600)"));
    Waiting.until("the victim's sleep", this::isVictimAsleep);
    CompletableFuture<Long> waiting = next.submit(connection -> System.nanoTime());
    long worker = Executors.worker(executor);
    long killedAt = System.nanoTime();
    if (!WorkerProcesses.kill(worker)) {
      throw new IllegalStateException("the worker has ended by itself");
    }
    long began = waiting.get();
    long answered = System.nanoTime();
    CompletableFuture<Void> ended = killed.handle((result, failure) -> null);
    ended.join();
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("to the next task", (began - killedAt) / 1e6);
    values.put("to its answer", (answered - killedAt) / 1e6);
    values.put("to the answer of the killed one", (System.nanoTime() - killedAt) / 1e6);
    return values;
  }

  private boolean isVictimAsleep() {
    try {
      return order.database().number(SLEEPING) == 1;
    } catch (SQLException e) {
      throw new IllegalStateException("the database cannot be asked who sleeps", e);
    }
  }

  @Override
  public void close() {
    executor.close();
  }
}
