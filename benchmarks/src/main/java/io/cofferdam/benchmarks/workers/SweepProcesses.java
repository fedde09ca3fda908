package io.cofferdam.benchmarks.workers;

import io.cofferdam.benchmarks.compare.ContestantProcess;
import io.cofferdam.benchmarks.compare.ContestantProcesses;
import io.cofferdam.benchmarks.compare.Databases;
import io.cofferdam.benchmarks.compare.Load;
import io.cofferdam.benchmarks.compare.LoadMetrics;
import io.cofferdam.benchmarks.contestant.ContestantSpec;
import io.cofferdam.benchmarks.process.ClassPath;
import io.cofferdam.benchmarks.process.ProcessTree;
import io.cofferdam.benchmarks.report.Metric;
import io.cofferdam.benchmarks.report.Report;
import io.cofferdam.benchmarks.report.Row;
import io.cofferdam.benchmarks.report.Section;
import io.cofferdam.benchmarks.run.BenchmarkDatabase;
import io.cofferdam.benchmarks.run.Rounds;
import io.cofferdam.benchmarks.run.RunOptions;
import io.cofferdam.benchmarks.variant.Variant;
import io.cofferdam.testkit.database.TestDatabase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The processes of a sweep, which live for several loads: what they have compiled stays. Closing it
 * ends them.
 */
final class SweepProcesses implements AutoCloseable {

  /** What they are measured in; times in milliseconds. */
  static final LoadMetrics METRICS = LoadMetrics.MILLIS;

  private final RunOptions run;
  private final BenchmarkDatabase database;
  private final int accounts;
  private final Sweep sweep;
  private final Optional<SlowNetwork> network;
  private final ContestantProcesses processes;
  private final Map<ContestantSpec, ContestantProcess> bySpec = new LinkedHashMap<>();

  /**
   * @param accounts how many accounts the database has
   * @param network what is between them and the database, if anything
   */
  SweepProcesses(
      RunOptions run,
      BenchmarkDatabase database,
      int accounts,
      Sweep sweep,
      Optional<SlowNetwork> network) {
    this.run = run;
    this.database = database;
    this.accounts = accounts;
    this.sweep = sweep;
    this.network = network;
    this.processes = new ContestantProcesses(METRICS, run, new Databases(database));
  }

  /** Starts them all, and returns when they can be measured. */
  void start(ClassPath classPath) throws IOException {
    TestDatabase address = network.map(SlowNetwork::database).orElseGet(database::address);
    Variant variant = sweep.variant();
    for (ContestantSpec spec : sweep.all()) {
      bySpec.put(spec, processes.start(spec, variant.classPath(classPath), address));
    }
  }

  /** Measures all of them in turn under a load. */
  SweepResult measure(Report report, SweepLoad load) throws Exception {
    if (network.isPresent()) {
      network.get().delayMillis(load.delayMillis());
    }
    Section section = new Section("Workers: " + load.title(), metrics(), rows(), "workers");
    report.begin(section);
    Map<String, Rounds.Measurement> measurements = new LinkedHashMap<>();
    bySpec.forEach(
        (spec, process) -> measurements.put(spec.label(), measurement(process, spec, load)));
    new Rounds(run).run(section, measurements);
    report.end(section);
    return new SweepResult(sweep, load, section);
  }

  private Rounds.Measurement measurement(
      ContestantProcess process, ContestantSpec spec, SweepLoad load) {
    Optional<ProcessTree> between = network.map(SlowNetwork::processes);
    Load counts = load.load(run, accounts, Sweep.clients(spec));
    Load warmUp =
        counts.lasting(spec.equals(sweep.adaptive()) ? run.warmUpMillis() : load.warmUpMillis(run));
    return isWarmUp -> {
      database.tidy();
      return process.measure(isWarmUp ? warmUp : counts, between);
    };
  }

  private List<Metric> metrics() {
    List<Metric> metrics =
        new ArrayList<>(List.of(LoadMetrics.THROUGHPUT, METRICS.clientCpu(), METRICS.serverCpu()));
    if (network.isPresent()) {
      metrics.add(METRICS.networkCpu());
    }
    metrics.add(LoadMetrics.CONCURRENCY);
    return metrics;
  }

  private List<Row> rows() {
    String most = sweep.most().label();
    return sweep.all().stream()
        .map(
            spec ->
                new Row(
                    spec.label(),
                    spec.equals(sweep.adaptive()) ? List.of(most) : List.of(),
                    spec.series(),
                    spec.connections()))
        .toList();
  }

  @Override
  public void close() {
    processes.close();
  }
}
