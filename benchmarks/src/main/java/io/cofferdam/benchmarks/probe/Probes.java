package io.cofferdam.benchmarks.probe;

import io.cofferdam.benchmarks.process.ClassPath;
import io.cofferdam.benchmarks.report.Metric;
import io.cofferdam.benchmarks.report.Report;
import io.cofferdam.benchmarks.report.Row;
import io.cofferdam.benchmarks.report.Section;
import io.cofferdam.benchmarks.run.BenchmarkDatabase;
import io.cofferdam.benchmarks.run.Rounds;
import io.cofferdam.benchmarks.run.RunOptions;
import io.cofferdam.benchmarks.variant.Variant;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The run of a command that measures probes: each kind with each variant, in turn. */
final class Probes {

  private static final int ACCOUNTS = 100_000;
  private static final int QUICK_ACCOUNTS = 1_000;

  private final RunOptions run;
  private final List<Variant> variants;
  private final List<Metric> metrics;

  Probes(RunOptions run, List<Metric> metrics) {
    this.run = run;
    this.variants = run.variants();
    this.metrics = List.copyOf(metrics);
  }

  /** What becomes of the process of a probe. */
  enum Life {
    /** It is measured once; each round has a new one. */
    ONE_SAMPLE,
    /** It is measured in all rounds. */
    ALL_ROUNDS
  }

  /**
   * Measures all rows with each variant, and writes the report.
   *
   * @param rows the probe of each row, by its name
   */
  void run(String title, Life life, Map<String, ProbeSpec> rows) throws Exception {
    Report report = new Report(title);
    run.describe(report);
    Section section = new Section(title, metrics, rows(rows.keySet()));
    report.begin(section);
    List<ProbeProcess> processes = new ArrayList<>();
    int accounts = run.quick() ? QUICK_ACCOUNTS : ACCOUNTS;
    try (ClassPath classPath = new ClassPath();
        BenchmarkDatabase database = BenchmarkDatabase.start(false, accounts)) {
      database.describe(report);
      Map<String, Rounds.Measurement> measurements = new LinkedHashMap<>();
      for (Map.Entry<String, ProbeSpec> row : rows.entrySet()) {
        for (Variant variant : variants) {
          ProbeOrder order =
              new ProbeOrder(row.getValue(), database.address(), accounts, variant.settings());
          String path = variant.classPath(classPath);
          measurements.put(variant.name(row.getKey()), measurement(life, path, order, processes));
        }
      }
      new Rounds(run).run(section, measurements);
      processes.forEach(ProbeProcess::close);
    }
    report.end(section);
    report.write(run.output());
  }

  private Rounds.Measurement measurement(
      Life life, String classPath, ProbeOrder order, List<ProbeProcess> processes)
      throws IOException {
    if (life == Life.ALL_ROUNDS) {
      ProbeProcess process = ProbeProcess.start(run, classPath, order, metrics);
      processes.add(process);
      return warmUp -> process.take();
    }
    return warmUp -> {
      try (ProbeProcess process = ProbeProcess.start(run, classPath, order, metrics)) {
        return process.take();
      }
    };
  }

  private List<Row> rows(Set<String> names) {
    List<Row> rows = new ArrayList<>();
    for (String name : names) {
      String first = variants.get(0).name(name);
      for (Variant variant : variants) {
        String own = variant.name(name);
        rows.add(Row.of(own, own.equals(first) ? List.of() : List.of(first)));
      }
    }
    return rows;
  }
}
