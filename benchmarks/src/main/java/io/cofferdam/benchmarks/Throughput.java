package io.cofferdam.benchmarks;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.cofferdam.TransactionClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
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

  /** Measures round trips over these links, with a thread for each. */
  static double ofLinks(List<RawLink> links, Duration duration) throws InterruptedException {
    Throughput throughput = new Throughput(links.size());
    links.forEach(link -> new Thread(() -> throughput.loop(link)).start());
    return throughput.measure(duration);
  }

  /** Measures no-op transactions of these clients, with one in flight for each. */
  static double ofClients(List<TransactionClient> clients, Duration duration)
      throws InterruptedException {
    Throughput throughput = new Throughput(clients.size());
    clients.forEach(throughput::submitNext);
    return throughput.measure(duration);
  }

  private void loop(RawLink link) {
    try {
      while (open) {
        link.roundTrip();
        completed.increment();
      }
    } finally {
      loopsRunning.countDown();
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored")
  private void submitNext(TransactionClient client) {
    if (!open) {
      loopsRunning.countDown();
      return;
    }
    client
        .submit(connection -> 0)
        .whenComplete(
            (result, failed) -> {
              if (failed == null) {
                completed.increment();
              } else {
                failure = failed;
                open = false;
              }
              submitNext(client);
            });
  }

  private double measure(Duration duration) throws InterruptedException {
    long start = System.nanoTime();
    NANOSECONDS.sleep(duration.toNanos());
    long counted = completed.sum();
    long elapsedNanos = System.nanoTime() - start;
    open = false;
    loopsRunning.await();
    if (failure != null) {
      throw new IllegalStateException("an operation failed", failure);
    }
    return counted * 1e9 / elapsedNanos;
  }
}
