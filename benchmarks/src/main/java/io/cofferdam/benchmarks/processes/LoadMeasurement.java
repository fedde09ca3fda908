package io.cofferdam.benchmarks.processes;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.cofferdam.benchmarks.compare.LoadMetrics;
import io.cofferdam.benchmarks.compare.LoadResult;
import io.cofferdam.benchmarks.process.ProcessTree;
import io.cofferdam.benchmarks.process.Usage;
import io.cofferdam.benchmarks.run.Mix;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.HdrHistogram.Histogram;

/**
 * Measures what all clients together reach under a load, and what that takes. Processor time and
 * switches are read while nothing runs, before the load and after it, so that reading them disturbs
 * nothing: they are those of the lead-in too, and are divided by all transactions.
 */
final class LoadMeasurement {

  /** How long it takes at most to tell idle clients of a load. */
  private static final long TELLING_MILLIS = 50;

  private static final long TELLING_ONE_MILLIS = 2;

  /** How often a load is tried that a client begins too late. */
  private static final int ATTEMPTS = 6;

  /** What a client runs alone before it is measured. */
  private static final int TRANSFERS = 500;

  private static final int QUERIES = 100;
  private static final int QUICK_TRANSFERS = 10;
  private static final int QUICK_QUERIES = 2;

  private final ClientProcesses clients;
  private final ProcessTree server;
  private final int accounts;
  private final boolean quick;
  private final int transfersAlone;
  private final int queriesAlone;

  /**
   * @param clients the clients, of which there may be more next time
   * @param server the processes of the database server
   * @param accounts how many accounts there are
   * @param quick whether the lead-in is short
   */
  LoadMeasurement(ClientProcesses clients, ProcessTree server, int accounts, boolean quick) {
    this.clients = clients;
    this.server = server;
    this.accounts = accounts;
    this.quick = quick;
    this.transfersAlone = quick ? QUICK_TRANSFERS : TRANSFERS;
    this.queriesAlone = quick ? QUICK_QUERIES : QUERIES;
  }

  /** Returns how it is measured, in words. */
  String description() {
    return "each client has run %d transactions of TPC-B and %d of the queries before, few clients at"
            .formatted(transfersAlone, queriesAlone)
        + " a time; processor time and switches are those of the lead-in and of the last"
        + " transactions too";
  }

  /** Has the newest clients run some transactions alone, so that their code is compiled. */
  void warmUp(Starts starts) throws InterruptedException, ExecutionException {
    clients.warmUp(
        starts.before(),
        List.of(
            ClientLoad.warmUp(Mix.TPCB, accounts, transfersAlone),
            ClientLoad.warmUp(Mix.QUERIES, accounts, queriesAlone)));
  }

  /**
   * What was measured.
   *
   * @param result what was reached in the window
   * @param cost what all transactions took
   */
  record Measured(LoadResult result, LoadMetrics.Cost cost) {}

  /**
   * Runs a load. If a client has begun after the window has opened, runs it again with twice the
   * lead-in.
   */
  Measured take(Mix mix, long windowMillis) throws IOException {
    long leadInMillis = quick ? 100 : 500 + 5L * clients.size();
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      Optional<Measured> measured = attempt(mix, leadInMillis, windowMillis);
      if (measured.isPresent()) {
        return measured.get();
      }
      System.err.printf("a client began after %,d ms; measured again%n", leadInMillis);
      leadInMillis *= 2;
    }
    throw new IllegalStateException("clients begin too late, however long the lead-in is");
  }

  private Optional<Measured> attempt(Mix mix, long leadInMillis, long windowMillis)
      throws IOException {
    ProcessTree clientSide = clients.tree();
    Usage clientsBefore = clientSide.usage();
    Usage serverBefore = server.usage();
    long told = TELLING_MILLIS + TELLING_ONE_MILLIS * clients.size();
    long start = System.nanoTime() + MILLISECONDS.toNanos(told);
    long open = start + MILLISECONDS.toNanos(leadInMillis);
    long close = open + MILLISECONDS.toNanos(windowMillis);
    List<ClientResult> results =
        clients.run(new ClientLoad(mix, accounts, start, open, close, Long.MAX_VALUE));
    Usage clientsAfter = clientSide.usage();
    Usage serverAfter = server.usage();
    if (results.stream().anyMatch(result -> result.begunNanos() >= open)) {
      return Optional.empty();
    }
    LoadMetrics.Cost cost =
        new LoadMetrics.Cost(
            results.stream().mapToLong(ClientResult::transactions).sum(),
            clientsAfter.cpuMicrosSince(clientsBefore),
            serverAfter.cpuMicrosSince(serverBefore),
            clientsAfter.switchesSince(clientsBefore),
            serverAfter.switchesSince(serverBefore),
            clientSide.pssBytes(),
            server.pssBytes());
    return Optional.of(new Measured(merged(results, close - open), cost));
  }

  private static LoadResult merged(List<ClientResult> results, long windowNanos) {
    Histogram latencies = ClientResult.histogram();
    results.forEach(result -> latencies.add(result.latencies()));
    return new LoadResult(
        results.stream().mapToLong(ClientResult::completed).sum(),
        windowNanos,
        latencies.getValueAtPercentile(50),
        latencies.getValueAtPercentile(99),
        latencies.getMaxValue());
  }
}
