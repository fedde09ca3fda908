package io.cofferdam.benchmarks.connections;

import io.cofferdam.benchmarks.process.ProcessTree;
import io.cofferdam.benchmarks.report.Metric;
import io.cofferdam.benchmarks.report.Sample;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a server takes.
 *
 * @param pssBytes the proportional set size of its processes
 * @param pageTableBytes what the kernel needs in order to map that
 * @param threads how many threads it has
 */
record ServerMemory(long pssBytes, long pageTableBytes, int threads) {

  private static final Metric PSS = new Metric("PSS server", "MB", 0, true);
  private static final Metric EACH = new Metric("divided by connections", "MB", 2, false);
  private static final Metric PAGE_TABLES = new Metric("page tables", "MB", 1, false);
  private static final Metric THREADS = new Metric("threads", "", 0, false);

  /** What is shown. */
  static final List<Metric> METRICS = List.of(PSS, EACH, PAGE_TABLES, THREADS);

  /** Reads it now. */
  static ServerMemory of(ProcessTree processes) {
    return new ServerMemory(
        processes.pssBytes(), processes.pageTableBytes(), processes.usage().threads().size());
  }

  double megabytes() {
    return pssBytes / 1e6;
  }

  double megabytesWithPageTables() {
    return (pssBytes + pageTableBytes) / 1e6;
  }

  /** Returns the sample of a row. */
  Sample sample(int connections) {
    Map<Metric, Double> values = new LinkedHashMap<>();
    values.put(PSS, megabytes());
    values.put(EACH, megabytes() / connections);
    values.put(PAGE_TABLES, pageTableBytes / 1e6);
    values.put(THREADS, (double) threads);
    return new Sample(values);
  }
}
