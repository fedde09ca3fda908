package io.cofferdam.benchmarks;

import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.testkit.database.DatabaseServer;
import io.cofferdam.testkit.database.PostgresServer;
import io.cofferdam.testkit.database.TestDatabase;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Measures what a no-op transaction costs beside a bare round trip to another JVM.
 *
 * <pre>{@code
 * mvn -q -B -DskipTests package && java -jar benchmarks/target/benchmarks.jar
 * }</pre>
 *
 * <p>Each round measures both, one after the other; the first round warms up and does not count.
 * The task touches no statement, and PostgreSQL's driver sends nothing for a transaction without
 * statements, so that no round trip to the database is in the figures. System properties: {@code
 * rounds} (7), {@code samples} per round (20000).
 */
public final class RoundTripBenchmark {

  private static final int ROUNDS = Integer.getInteger("rounds", 7);
  private static final int SAMPLES = Integer.getInteger("samples", 20_000);
  private static final Duration THROUGHPUT_ROUND = Duration.ofSeconds(2);
  private static final int WORKERS = 6;
  private static final int IN_FLIGHT = 256;

  private final Comparison p50 = new Comparison();
  private final Comparison p99 = new Comparison();
  private final Comparison perSecond = new Comparison();

  private RoundTripBenchmark() {}

  /** Runs the benchmark and prints its table. */
  public static void main(String[] args) throws Exception {
    RoundTripBenchmark benchmark = new RoundTripBenchmark();
    try (DatabaseServer server = new PostgresServer().killAtExit()) {
      server.start();
      TestDatabase database = server.fresh();
      try (TransactionExecutor one = executor(database, 1);
          TransactionExecutor six = executor(database, WORKERS)) {
        benchmark.measure(one.client("caller"), clients(six));
      }
    }
    benchmark.print();
  }

  private static TransactionExecutor executor(TestDatabase database, int workers) {
    return TransactionExecutor.builder()
        .name("benchmark-" + workers)
        .jdbcUrl(database.url())
        .username(database.username())
        .password(database.password())
        .workers(workers)
        .warmSpares(0)
        .build();
  }

  private static List<TransactionClient> clients(TransactionExecutor executor) {
    return IntStream.range(0, IN_FLIGHT).mapToObj(i -> executor.client("client-" + i)).toList();
  }

  private void measure(TransactionClient caller, List<TransactionClient> clients)
      throws IOException, InterruptedException {
    List<RawLink> links = new ArrayList<>();
    try {
      for (int i = 0; i < WORKERS; i++) {
        links.add(RawLink.open());
      }
      for (int round = 0; round <= ROUNDS; round++) {
        Latency raw = Latency.measure(SAMPLES, links.get(0)::roundTrip);
        Latency execute = Latency.measure(SAMPLES, () -> caller.execute(connection -> 0));
        double rawPerSecond = Throughput.ofThreads(operations(links), THROUGHPUT_ROUND);
        double submitPerSecond =
            Throughput.ofClients(clients, () -> connection -> 0, THROUGHPUT_ROUND);
        if (round > 0) {
          p50.add(raw.p50Micros(), execute.p50Micros());
          p99.add(raw.p99Micros(), execute.p99Micros());
          perSecond.add(rawPerSecond, submitPerSecond);
        }
      }
    } finally {
      for (RawLink link : links) {
        link.close();
      }
    }
  }

  private static List<Throughput.Operation> operations(List<RawLink> links) {
    return links.stream().map(link -> (Throughput.Operation) link::roundTrip).toList();
  }

  private void print() {
    System.out.printf("medians of %d rounds%n%n", ROUNDS);
    System.out.printf("%-44s %12s %12s %8s%n", "", "raw socket", "Cofferdam", "ratio");
    row("round trip / no-op execute, p50 (us)", p50, "%.1f");
    row("round trip / no-op execute, p99 (us)", p99, "%.1f");
    row(WORKERS + " links / submit on " + WORKERS + " workers, per second", perSecond, "%,.0f");
  }

  private static void row(String what, Comparison comparison, String format) {
    System.out.printf(
        Locale.ROOT,
        "%-44s %12s %12s %8.2f%n",
        what,
        String.format(Locale.ROOT, format, comparison.base()),
        String.format(Locale.ROOT, format, comparison.other()),
        comparison.ratio());
  }
}
