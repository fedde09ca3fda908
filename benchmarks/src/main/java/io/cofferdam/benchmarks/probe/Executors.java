package io.cofferdam.benchmarks.probe;

import io.cofferdam.ExecutorSnapshot;
import io.cofferdam.ExecutorSnapshot.WorkerSnapshot;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.benchmarks.variant.BuilderSettings;
import java.time.Duration;
import java.util.function.Predicate;

/** What probes do with an executor. */
final class Executors {

  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private Executors() {}

  /** Returns the builder of the executor that was ordered. */
  static TransactionExecutorBuilder builder(ProbeOrder order) {
    TransactionExecutorBuilder builder =
        TransactionExecutor.builder()
            .name("benchmark")
            .jdbcUrl(order.database().url())
            .username(order.database().username())
            .password(order.database().password())
            .workers(order.workers())
            .warmSpares(order.spares())
            .timeout(PATIENCE);
    BuilderSettings.apply(builder, order.settings());
    return builder;
  }

  /** Waits until the executor is in some state. */
  static void await(TransactionExecutor executor, Predicate<ExecutorSnapshot> state)
      throws InterruptedException {
    while (!state.test(executor.snapshot())) {
      Thread.sleep(1);
    }
  }

  /** Returns the process id of the first worker that is no spare. */
  static long worker(TransactionExecutor executor) {
    return executor.snapshot().workers().stream()
        .filter(worker -> !worker.spare())
        .mapToLong(WorkerSnapshot::pid)
        .findFirst()
        .orElseThrow();
  }
}
