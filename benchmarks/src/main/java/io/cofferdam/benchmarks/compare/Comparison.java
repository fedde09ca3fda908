package io.cofferdam.benchmarks.compare;

import io.cofferdam.benchmarks.contestant.ContestantSpec;
import io.cofferdam.benchmarks.process.ClassPath;
import io.cofferdam.benchmarks.report.Report;
import io.cofferdam.benchmarks.report.Row;
import io.cofferdam.benchmarks.report.Sample;
import io.cofferdam.benchmarks.report.Section;
import io.cofferdam.benchmarks.run.Rounds;
import io.cofferdam.benchmarks.run.RunOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Measures contestants under loads in turn, each in a fresh process that lives for all rounds. */
public final class Comparison {

  private final RunOptions run;
  private final LoadMetrics metrics;
  private final Databases databases;
  private final ClassPath classPath;
  private final Observer observer;

  /** Measures without an observer. */
  Comparison(RunOptions run, LoadMetrics metrics, Databases databases, ClassPath classPath) {
    this(run, metrics, databases, classPath, (spec, pid) -> {});
  }

  /**
   * @param run how long, and how often
   * @param metrics what is measured
   * @param databases where the transactions go
   * @param classPath what the processes are started with
   * @param observer who is told when a window opens
   */
  public Comparison(
      RunOptions run,
      LoadMetrics metrics,
      Databases databases,
      ClassPath classPath,
      Observer observer) {
    this.run = run;
    this.metrics = metrics;
    this.databases = databases;
    this.classPath = classPath;
    this.observer = observer;
  }

  /** Sees from outside what is measured. */
  @FunctionalInterface
  public interface Observer {
    /**
     * A window of a round that counts has opened; called in the thread that measures.
     *
     * @param pid the contestant's process
     */
    void opened(ContestantSpec spec, long pid);
  }

  /**
   * A section of the report.
   *
   * @param title what is measured, under which conditions
   * @param loads what each contestant is to do; empty for one that is left out
   */
  public record Measured(String title, Function<ContestantSpec, Optional<Load>> loads) {}

  /** Measures one section of the report. */
  void run(Report report, String title, Entries entries, Function<ContestantSpec, Load> loads)
      throws Exception {
    run(report, entries, List.of(new Measured(title, spec -> Optional.of(loads.apply(spec)))));
  }

  /** Measures sections of the report one after the other, with the same processes. */
  public void run(Report report, Entries entries, List<Measured> sections) throws Exception {
    try (ContestantProcesses processes = new ContestantProcesses(metrics, run, databases)) {
      Map<ContestantSpec, ContestantProcess> started = new LinkedHashMap<>();
      for (ContestantSpec spec : entries.specs()) {
        started.put(spec, processes.start(spec, entries.variant(spec).classPath(classPath)));
      }
      for (Measured each : sections) {
        Map<String, Rounds.Measurement> measurements = measurements(started, each.loads());
        List<Row> rows =
            entries.rows().stream()
                .filter(row -> measurements.containsKey(row.contestant()))
                .toList();
        Section section = new Section(each.title(), metrics.all(), rows);
        report.begin(section);
        new Rounds(run).run(section, measurements);
        report.end(section);
      }
    }
  }

  private Map<String, Rounds.Measurement> measurements(
      Map<ContestantSpec, ContestantProcess> started,
      Function<ContestantSpec, Optional<Load>> loads) {
    Map<String, Rounds.Measurement> measurements = new LinkedHashMap<>();
    started.forEach(
        (spec, process) ->
            loads
                .apply(spec)
                .ifPresent(
                    load ->
                        measurements.put(
                            spec.label(), warmUp -> measure(spec, process, load, warmUp))));
    return measurements;
  }

  private Sample measure(ContestantSpec spec, ContestantProcess process, Load load, boolean warmUp)
      throws Exception {
    databases.of(spec).tidy();
    return warmUp
        ? process.measure(load.lasting(run.warmUpMillis()), pid -> {})
        : process.measure(load, pid -> observer.opened(spec, pid));
  }
}
