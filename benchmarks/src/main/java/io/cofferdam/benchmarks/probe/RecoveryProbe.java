package io.cofferdam.benchmarks.probe;

import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.benchmarks.run.Executors;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.process.WorkerProcesses;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * How long it takes from SIGKILL of a busy worker until the next task, which waits in the queue,
 * has begun in that seat. Both processes read the machine's one monotonic clock.
 */
final class RecoveryProbe implements Probe {

  /** How long the worker has been busy when it is killed. */
  private static final int BUSY_MILLIS = 50;

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
    Executors.await(executor, "a busy worker", snapshot -> snapshot.busy() == 1);
    Thread.sleep(BUSY_MILLIS);
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

  @Override
  public void close() {
    executor.close();
  }
}
