package io.cofferdam.benchmarks.compare;

import io.cofferdam.benchmarks.contestant.ContestantSpec;
import io.cofferdam.benchmarks.process.ClassPath;
import io.cofferdam.benchmarks.report.Report;
import io.cofferdam.benchmarks.report.Section;
import io.cofferdam.benchmarks.run.BenchmarkDatabase;
import io.cofferdam.benchmarks.run.Rounds;
import io.cofferdam.benchmarks.run.RunOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Measures contestants under one load in turn, each in a fresh process that lives for all rounds.
 */
public final class Comparison {

  private final RunOptions run;
  private final LoadMetrics metrics;
  private final BenchmarkDatabase database;
  private final ClassPath classPath;

  /**
   * @param run how long, and how often
   * @param metrics what is measured
   * @param database where the transactions go
   * @param classPath what the processes are started with
   */
  public Comparison(
      RunOptions run, LoadMetrics metrics, BenchmarkDatabase database, ClassPath classPath) {
    this.run = run;
    this.metrics = metrics;
    this.database = database;
    this.classPath = classPath;
  }

  /** Measures one section of the report. */
  public void run(
      Report report, String title, Entries entries, Function<ContestantSpec, Load> loads)
      throws Exception {
    Section section = new Section(title, metrics.all(), entries.rows());
    report.begin(section);
    try (ContestantProcesses processes = new ContestantProcesses(metrics, run, database)) {
      Map<String, Rounds.Measurement> measurements = new LinkedHashMap<>();
      for (ContestantSpec spec : entries.specs()) {
        ContestantProcess process =
            processes.start(spec, entries.variant(spec).classPath(classPath));
        Load load = loads.apply(spec);
        measurements.put(
            spec.label(),
            warmUp -> {
              database.tidy();
              return process.measure(warmUp ? load.lasting(run.warmUpMillis()) : load);
            });
      }
      new Rounds(run).run(section, measurements);
    }
    report.end(section);
  }
}
