package io.cofferdam.benchmarks.compare;

import io.cofferdam.benchmarks.process.Usage;
import io.cofferdam.benchmarks.report.Metric;
import io.cofferdam.benchmarks.report.Sample;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is measured of a contestant under a load, with times in a fitting unit. */
public final class LoadMetrics {
  /** For transactions. */
  public static final LoadMetrics MILLIS = new LoadMetrics("ms", 1e6, "tx");

  /** For round trips to another process. */
  static final LoadMetrics MICROS = new LoadMetrics("us", 1e3, "task");

  /** Committed transactions. */
  public static final Metric THROUGHPUT = new Metric("throughput", "1/s", 0, true);

  /** What a contestant that chooses its concurrency chose; not among {@link #all}. */
  public static final Metric CONCURRENCY = new Metric("chosen concurrency", "", 1, false);

  private static final Metric PSS = new Metric("PSS", "MB", 0, false);
  private static final Metric SERVER_PSS = new Metric("PSS server", "MB", 0, false);

  private final double nanos;
  private final Metric p50;
  private final Metric p99;
  private final Metric max;
  private final Metric clientCpu;
  private final Metric serverCpu;
  private final Metric networkCpu;
  private final Metric voluntary;
  private final Metric involuntary;
  private final Metric serverSwitches;

  private LoadMetrics(String unit, double nanos, String one) {
    this.nanos = nanos;
    p50 = new Metric("p50", unit, 2, true);
    p99 = new Metric("p99", unit, 2, true);
    max = new Metric("max", unit, 1, false);
    clientCpu = new Metric("CPU client side", "us/" + one, 1, true);
    serverCpu = new Metric("CPU server", "us/" + one, 1, true);
    networkCpu = new Metric("CPU network", "us/" + one, 1, false);
    voluntary = new Metric("voluntary switches", "1/" + one, 2, false);
    involuntary = new Metric("involuntary switches", "1/" + one, 2, false);
    serverSwitches = new Metric("switches server", "1/" + one, 2, false);
  }

  /**
   * What the processes used.
   *
   * @param transactions how many were committed meanwhile
   * @param clientMicros processor time of the contestant with its descendants
   * @param serverMicros processor time of the database server
   * @param switches context switches on the client side
   * @param serverSwitches context switches of the database server
   * @param pssBytes memory of the client side
   * @param serverPssBytes memory of the database server
   */
  public record Cost(
      long transactions,
      long clientMicros,
      long serverMicros,
      Usage.Switches switches,
      Usage.Switches serverSwitches,
      long pssBytes,
      long serverPssBytes) {}

  /** Returns the processor time of a contestant and its descendants. */
  public Metric clientCpu() {
    return clientCpu;
  }

  /** Returns the processor time of the database server. */
  public Metric serverCpu() {
    return serverCpu;
  }

  /** Returns the processor time of a process between them; not among {@link #all}. */
  public Metric networkCpu() {
    return networkCpu;
  }

  /** Returns what is measured of every contestant, in the order of the report. */
  public List<Metric> all() {
    return List.of(
        THROUGHPUT,
        p50,
        p99,
        max,
        clientCpu,
        serverCpu,
        voluntary,
        involuntary,
        serverSwitches,
        PSS,
        SERVER_PSS);
  }

  /** Returns a sample. */
  public Sample sample(LoadResult result, Cost cost) {
    double transactions = cost.transactions();
    Map<Metric, Double> values = new LinkedHashMap<>();
    values.put(THROUGHPUT, result.completed() * 1e9 / result.windowNanos());
    values.put(p50, result.p50Nanos() / nanos);
    values.put(p99, result.p99Nanos() / nanos);
    values.put(max, result.maxNanos() / nanos);
    values.put(clientCpu, cost.clientMicros() / transactions);
    values.put(serverCpu, cost.serverMicros() / transactions);
    values.put(voluntary, cost.switches().voluntary() / transactions);
    values.put(involuntary, cost.switches().involuntary() / transactions);
    values.put(serverSwitches, cost.serverSwitches().all() / transactions);
    values.put(PSS, cost.pssBytes() / 1e6);
    values.put(SERVER_PSS, cost.serverPssBytes() / 1e6);
    return new Sample(values);
  }
}
