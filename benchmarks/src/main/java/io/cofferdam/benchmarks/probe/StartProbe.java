package io.cofferdam.benchmarks.probe;

import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.benchmarks.run.Executors;
import io.cofferdam.benchmarks.run.Mix;
import io.cofferdam.testkit.process.WorkerProcesses;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How long {@code build} takes in a JVM that has done nothing yet, and what the first transactions
 * of the worker cost that comes next: a new one, or the warm spare. The application is warm by
 * then. Can be taken once.
 */
final class StartProbe implements Probe {

  private static final int FRESH_TRANSACTIONS = 55;

  private final ProbeOrder order;
  private @Nullable TransactionExecutor executor;

  StartProbe(ProbeOrder order) {
    this.order = order;
  }

  @Override
  public Map<String, Double> take() throws SQLException {
    long start = System.nanoTime();
    TransactionExecutor started = order.executor();
    double buildMillis = (System.nanoTime() - start) / 1e6;
    executor = started;
    TransactionClient client = started.client("caller");
    double[] all = run(client, order.spec().transactions());
    double steady = median(all, all.length - Math.max(all.length / 3, 1), all.length);
    replaceWorker(started);
    double[] fresh = run(client, FRESH_TRANSACTIONS);
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("build() to READY", buildMillis);
    values.put("first", fresh[0]);
    values.put("10th", median(fresh, 7, 12));
    values.put("50th", median(fresh, 45, 55));
    values.put("steady", steady);
    values.put("10th / steady", median(fresh, 7, 12) / steady);
    values.put("50th / steady", median(fresh, 45, 55) / steady);
    return values;
  }

  /** Kills the worker, and returns when another one can take tasks. */
  private void replaceWorker(TransactionExecutor started) {
    Executors.awaitReady(started, order.spec().workersAndSpares());
    long old = Executors.worker(started);
    if (!WorkerProcesses.kill(old)) {
      throw new IllegalStateException("the worker has ended by itself");
    }
    Executors.await(
        started,
        "another worker than " + old,
        snapshot ->
            snapshot.ready() > 0
                && snapshot.workers().stream().noneMatch(worker -> worker.pid() == old));
  }

  /** Returns how long each transaction took, in milliseconds. */
  private double[] run(TransactionClient client, int transactions) throws SQLException {
    double[] millis = new double[transactions];
    for (int i = 0; i < transactions; i++) {
      long start = System.nanoTime();
      var unused = client.execute(Mix.TPCB.next(order.accounts()).task());
      millis[i] = (System.nanoTime() - start) / 1e6;
    }
    return millis;
  }

  private static double median(double[] values, int from, int to) {
    double[] sorted = Arrays.copyOfRange(values, from, to);
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  @Override
  public void close() {
    if (executor != null) {
      executor.close();
    }
  }
}
