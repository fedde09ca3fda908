package io.cofferdam.benchmarks.probe;

import io.cofferdam.ExecutorSnapshot.WorkerSnapshot;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.benchmarks.process.ProcessTree;
import io.cofferdam.benchmarks.run.Executors;
import io.cofferdam.benchmarks.run.Heap;
import io.cofferdam.benchmarks.run.Mix;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** How much memory workers that have done some work hold, and client handles that do nothing. */
final class MemoryProbe implements Probe {

  private static final long PATIENCE_NANOS = Duration.ofMinutes(2).toNanos();

  /** How long workers have nothing to do before their memory is read. */
  private static final Duration REST = Duration.ofSeconds(1);

  private static final int FEW_HANDLES = 5_000;
  private static final int MANY_HANDLES = 100_000;
  private static final int CLIENTS_PER_WORKER = 2;

  private final ProbeOrder order;
  private final TransactionExecutor executor;
  private final Map<Long, Integer> transactions = new ConcurrentHashMap<>();

  MemoryProbe(ProbeOrder order) {
    this.order = order;
    this.executor = order.executor();
  }

  @Override
  public Map<String, Double> take() throws InterruptedException {
    Executors.awaitReady(executor, order.spec().workersAndSpares());
    work();
    Thread.sleep(REST.toMillis());
    long self = ProcessHandle.current().pid();
    List<Long> workers = executor.snapshot().workers().stream().map(WorkerSnapshot::pid).toList();
    long workerBytes = workers.stream().mapToLong(ProcessTree::pssBytes).sum();
    int least = transactions.values().stream().mapToInt(Integer::intValue).min().orElse(0);
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("workers", (double) workers.size());
    values.put("PSS of all", workerBytes / 1e6);
    values.put("PSS of one", workerBytes / 1e6 / workers.size());
    values.put("PSS of the application", ProcessTree.pssBytes(self) / 1e6);
    values.put("workers that worked", (double) transactions.size());
    values.put("fewest transactions", (double) least);
    List<TransactionClient> idle = new ArrayList<>();
    long before = Heap.usedBytes();
    open(idle, FEW_HANDLES);
    values.put("5,000 idle handles", (Heap.usedBytes() - before) / 1e6);
    open(idle, MANY_HANDLES);
    values.put("100,000 idle handles", (Heap.usedBytes() - before) / 1e6);
    idle.forEach(TransactionClient::close);
    return values;
  }

  /**
   * Gives each worker its transactions, from more threads than workers, so that tasks wait for each
   * worker. Ends after some time even if the executor leaves workers without any.
   */
  private void work() throws InterruptedException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    int clients = order.spec().workers() * CLIENTS_PER_WORKER;
    CountDownLatch running = new CountDownLatch(clients);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    for (int i = 0; i < clients; i++) {
      TransactionClient client = executor.client("client-" + i);
      new Thread(
              () -> {
                try {
                  while (!done() && System.nanoTime() < end) {
                    transactions.merge(transaction(client), 1, Integer::sum);
                  }
                } catch (Exception e) {
                  failure.set(e);
                } finally {
                  running.countDown();
                }
              })
          .start();
    }
    running.await();
    if (failure.get() != null) {
      throw new IllegalStateException("a transaction failed", failure.get());
    }
  }

  /** Runs one, and returns the process id of its worker. */
  private long transaction(TransactionClient client) throws Exception {
    var task = Mix.TPCB.next(order.accounts()).task();
    return client.execute(
        connection -> {
          var unused = task.run(connection);
          return ProcessHandle.current().pid();
        });
  }

  private boolean done() {
    return transactions.size() >= order.spec().workers()
        && transactions.values().stream().allMatch(each -> each >= order.spec().transactions());
  }

  private void open(List<TransactionClient> handles, int number) {
    while (handles.size() < number) {
      handles.add(executor.client("idle-" + handles.size()));
    }
  }

  @Override
  public void close() {
    executor.close();
  }
}
