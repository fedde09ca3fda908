package io.cofferdam.benchmarks;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionTask;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How many operations complete per second when many are in flight. */
final class Throughput {

  private final LongAdder completed = new LongAdder();
  private final CountDownLatch loopsRunning;
  private volatile boolean open = true;
  private volatile @Nullable Throwable failure;

  private Throughput(int loops) {
    this.loopsRunning = new CountDownLatch(loops);
  }

  /** What a thread does again and again. */
  @FunctionalInterface
  interface Operation {
    void run() throws Exception;
  }

  /** Measures these operations, with a thread for each. */
  static double ofThreads(List<Operation> operations, Duration duration)
      throws InterruptedException {
    Throughput throughput = new Throughput(operations.size());
    operations.forEach(operation -> new Thread(() -> throughput.loop(operation)).start());
    return throughput.measure(duration);
  }

  /** Measures transactions of these clients, with one in flight for each. */
  static double ofClients(
      List<TransactionClient> clients, Supplier<TransactionTask<?, ?>> tasks, Duration duration)
      throws InterruptedException {
    Throughput throughput = new Throughput(clients.size());
    clients.forEach(client -> throughput.submitNext(client, tasks));
    return throughput.measure(duration);
  }

  private void loop(Operation operation) {
    try {
      while (open) {
        operation.run();
        completed.increment();
      }
    } catch (Throwable e) {
      failed(e);
    } finally {
      loopsRunning.countDown();
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored")
  private void submitNext(TransactionClient client, Supplier<TransactionTask<?, ?>> tasks) {
    if (!open) {
      loopsRunning.countDown();
      return;
    }
    client
        .submit(tasks.get())
        .whenComplete(
            (result, failed) -> {
              if (failed == null) {
                completed.increment();
              } else {
                failed(failed);
              }
              submitNext(client, tasks);
            });
  }

  private void failed(Throwable cause) {
    failure = cause;
    open = false;
  }

  /** The first tenth of the time does not count. */
  private double measure(Duration duration) throws InterruptedException {
    NANOSECONDS.sleep(duration.toNanos() / 10);
    long before = completed.sum();
    long start = System.nanoTime();
    NANOSECONDS.sleep(duration.toNanos() * 9 / 10);
    long counted = completed.sum() - before;
    long elapsedNanos = System.nanoTime() - start;
    open = false;
    loopsRunning.await();
    if (failure != null) {
      throw new IllegalStateException("an operation failed", failure);
    }
    return counted * 1e9 / elapsedNanos;
  }
}
