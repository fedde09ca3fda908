package io.cofferdam.benchmarks.compare;

import com.google.common.util.concurrent.Uninterruptibles;
import io.cofferdam.benchmarks.contestant.Contestant;
import io.cofferdam.benchmarks.run.Transaction;
import io.cofferdam.benchmarks.run.VirtualThreads;
import io.cofferdam.benchmarks.run.Waiting;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * A load while it runs. A latency counts if its transaction ends in the window, or is in flight
 * when the window ends: that one counts with its whole time, so that a client which waits through
 * the window is not left out.
 */
final class LoadRun {

  private static final long LONGEST_NANOS = 3_600_000_000_000L;
  private static final int STACK_BYTES = 256 << 10;

  private final Load load;
  private final List<? extends Contestant.Client> clients;
  private final CountDownLatch running;
  private final CountDownLatch mayBegin = new CountDownLatch(1);
  private final CountDownLatch begun;
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private final LongAdder ledIn = new LongAdder();
  private final LongAdder completed = new LongAdder();
  private final Histogram latencies = new ConcurrentHistogram(LONGEST_NANOS, 3);
  private volatile Phase phase = Phase.LEAD_IN;
  private volatile @Nullable Throwable failure;
  private long openedNanos;
  private long windowNanos;

  private enum Phase {
    LEAD_IN,
    OPEN,
    CLOSED
  }

  LoadRun(Load load, List<? extends Contestant.Client> clients) {
    this.load = load;
    this.clients = clients;
    this.running = new CountDownLatch(clients.size());
    this.begun = new CountDownLatch(clients.size());
  }

  /** Starts the clients: all threads at once, so that those started first do not hold up others. */
  void start() {
    for (Contestant.Client client : clients) {
      switch (load.style()) {
        case THREADS -> new Thread(null, () -> loop(client), "client", STACK_BYTES).start();
        case VIRTUAL_THREADS -> VirtualThreads.start(() -> loop(client));
        case ASYNC -> {
          begun.countDown();
          submitNext(client);
        }
      }
    }
    mayBegin.countDown();
  }

  /**
   * Begins the window: when each client has begun a transaction, which takes a while where their
   * threads compete with those of a database, and the time of the lead-in and at least one
   * transaction are over.
   */
  void open() throws InterruptedException {
    Waiting.until("a transaction of each client", () -> begun.getCount() == 0 || failure != null);
    Thread.sleep(load.leadInMillis());
    awaitOne(ledIn, "a transaction of the lead-in");
    openedNanos = System.nanoTime();
    phase = Phase.OPEN;
  }

  /** Ends the window, after its time and at least one transaction. No more of them are started. */
  void close() throws InterruptedException {
    Thread.sleep(load.windowMillis());
    awaitOne(completed, "a transaction of the window");
    phase = Phase.CLOSED;
    windowNanos = System.nanoTime() - openedNanos;
  }

  private void awaitOne(LongAdder transactions, String what) {
    Waiting.until(what, () -> transactions.sum() > 0 || failure != null);
  }

  /** Lets the threads of the clients end, and returns what was seen. */
  LoadResult result() throws InterruptedException {
    running.await();
    mayEnd.countDown();
    if (failure != null) {
      throw new IllegalStateException("a transaction failed", failure);
    }
    return new LoadResult(
        completed.sum(),
        windowNanos,
        latencies.getValueAtPercentile(50),
        latencies.getValueAtPercentile(99),
        latencies.getMaxValue());
  }

  private Transaction transaction() {
    return load.mix().next(load.accounts());
  }

  /** The thread stays when it is done, because the kernel forgets what an ended one has used. */
  private void loop(Contestant.Client client) {
    try {
      Uninterruptibles.awaitUninterruptibly(mayBegin);
      begun.countDown();
      while (phase != Phase.CLOSED) {
        long start = System.nanoTime();
        client.execute(transaction());
        ended(start);
      }
    } catch (Throwable e) {
      failed(e);
    } finally {
      running.countDown();
      Uninterruptibles.awaitUninterruptibly(mayEnd);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored")
  private void submitNext(Contestant.Client client) {
    if (phase == Phase.CLOSED) {
      running.countDown();
      return;
    }
    try {
      long start = System.nanoTime();
      client
          .submit(transaction())
          .whenComplete(
              (result, failed) -> {
                if (failed == null) {
                  ended(start);
                } else {
                  failed(failed);
                }
                submitNext(client);
              });
    } catch (Throwable e) {
      failed(e);
      running.countDown();
    }
  }

  private void ended(long startNanos) {
    Phase now = phase;
    if (now == Phase.LEAD_IN) {
      ledIn.increment();
      return;
    }
    if (now == Phase.OPEN) {
      completed.increment();
    }
    latencies.recordValue(Math.min(System.nanoTime() - startNanos, LONGEST_NANOS));
  }

  private void failed(Throwable cause) {
    failure = cause;
    phase = Phase.CLOSED;
  }
}
