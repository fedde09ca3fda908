package io.cofferdam.benchmarks.run;

import io.cofferdam.ExecutorSnapshot;
import io.cofferdam.ExecutorSnapshot.WorkerSnapshot;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.testkit.database.TestDatabase;
import java.util.function.Predicate;

/** What measured processes do with an executor. */
public final class Executors {

  private Executors() {}

  /** Returns a builder that still lacks the settings of its variant. */
  public static TransactionExecutorBuilder builder(TestDatabase database, int workers, int spares) {
    return TransactionExecutor.builder()
        .name("benchmark")
        .jdbcUrl(database.url())
        .username(database.username())
        .password(database.password())
        .workers(workers)
        .warmSpares(spares)
        .timeout(Waiting.PATIENCE);
  }

  /**
   * Waits until the executor is in some state.
   *
   * @param what the state in words, for the error if it does not come
   */
  public static void await(
      TransactionExecutor executor, String what, Predicate<ExecutorSnapshot> state) {
    Waiting.until(what, executor::snapshot, state);
  }

  /** Waits until as many workers are ready, spares among them. */
  public static void awaitReady(TransactionExecutor executor, int workers) {
    await(executor, workers + " ready workers", snapshot -> snapshot.ready() == workers);
  }

  /** Returns the process id of the first worker that is no spare. */
  public static long worker(TransactionExecutor executor) {
    return executor.snapshot().workers().stream()
        .filter(worker -> !worker.spare())
        .mapToLong(WorkerSnapshot::pid)
        .findFirst()
        .orElseThrow();
  }
}
