package io.cofferdam.benchmarks.processes;

import com.google.common.math.Quantiles;
import io.cofferdam.benchmarks.compare.LoadMetrics;
import io.cofferdam.benchmarks.process.MachineMemory;
import io.cofferdam.benchmarks.process.ProcessTree;
import io.cofferdam.benchmarks.report.MemoryGrowth;
import io.cofferdam.benchmarks.report.Metric;
import io.cofferdam.benchmarks.report.Report;
import io.cofferdam.benchmarks.report.Row;
import io.cofferdam.benchmarks.report.Sample;
import io.cofferdam.benchmarks.report.Section;
import io.cofferdam.benchmarks.run.BenchmarkDatabase;
import io.cofferdam.benchmarks.run.Mix;
import io.cofferdam.benchmarks.run.Rounds;
import io.cofferdam.benchmarks.run.RunOptions;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Measures few clients, then more, and so on. The processes stay, so that those of a step have run
 * the transactions of all steps before, and new ones what they run alone at first.
 */
final class GrowingClients {

  private static final List<Mix> MIXES = List.of(Mix.TPCB, Mix.QUERIES);

  private static final Metric FEWEST = new Metric("fewest transactions before", "", 0, false);

  private final RunOptions run;
  private final BenchmarkDatabase database;
  private final ClientProcesses clients;
  private final LoadMeasurement measurement;
  private final List<Integer> steps;
  private final List<Starts> starts = new ArrayList<>();
  private final Map<Mix, Section> sections = new EnumMap<>(Mix.class);
  private final MemoryGrowth memory = new MemoryGrowth("client");

  GrowingClients(
      RunOptions run,
      BenchmarkDatabase database,
      ClientProcesses clients,
      LoadMeasurement measurement) {
    this.run = run;
    this.database = database;
    this.clients = clients;
    this.measurement = measurement;
    this.steps = run.quick() ? List.of(2, 4) : List.of(25, 50, 100, 200);
  }

  /** Measures as many steps as the machine bears, and adds what was found. */
  void run(Report report) throws Exception {
    report.setting(
        "a process for each client",
        "%d rounds of %d ms at each number of clients, after %d of %d ms that do not count; %s"
            .formatted(
                run.rounds(),
                run.windowMillis(),
                run.warmUps(),
                run.warmUpMillis(),
                measurement.description()));
    for (Mix mix : MIXES) {
      Section section = section(mix);
      sections.put(mix, section);
      report.begin(section);
    }
    MachineMemory machine = new MachineMemory();
    for (int step : steps) {
      if (!machine.bears(clients.size(), step)) {
        report.note(
            "%,d processes with a client each would leave less than a quarter of the memory, so"
                    .formatted(step)
                + " they are missing here.");
        break;
      }
      Starts started = clients.growTo(step);
      starts.add(started);
      measurement.warmUp(started);
      for (Map.Entry<Mix, Section> each : sections.entrySet()) {
        measure(each.getKey(), each.getValue(), step);
      }
    }
    sections.values().forEach(report::end);
    addTables(report);
  }

  private Section section(Mix mix) {
    List<Metric> metrics = new ArrayList<>(LoadMetrics.MILLIS.all());
    metrics.add(FEWEST);
    List<Row> rows =
        steps.stream().map(step -> new Row(name(step), List.of(), mix.title(), step)).toList();
    return new Section("A process for each client, " + mix.title(), metrics, rows, "clients");
  }

  private static String name(int clients) {
    return "%,d clients".formatted(clients);
  }

  private void measure(Mix mix, Section section, int step) throws Exception {
    List<LoadMetrics.Cost> costs = new ArrayList<>();
    Rounds.Measurement one =
        warmUp -> {
          database.tidy();
          long fewest = clients.fewestTransactions();
          long millis = warmUp ? run.warmUpMillis() : run.windowMillis();
          LoadMeasurement.Measured measured = measurement.take(mix, millis);
          if (!warmUp) {
            costs.add(measured.cost());
          }
          return sample(measured, fewest);
        };
    new Rounds(run).run(section, Map.of(name(step), one));
    double client = medianMegabytes(costs, LoadMetrics.Cost::pssBytes);
    double server = medianMegabytes(costs, LoadMetrics.Cost::serverPssBytes);
    memory.add("client processes, " + mix.title(), step, client);
    memory.add("PostgreSQL, " + mix.title(), step, server);
    memory.add("both, " + mix.title(), step, client + server);
  }

  private static Sample sample(LoadMeasurement.Measured measured, long fewest) {
    Sample load = LoadMetrics.MILLIS.sample(measured.result(), measured.cost());
    Map<Metric, Double> values = new LinkedHashMap<>(load.values());
    values.put(FEWEST, (double) fewest);
    return new Sample(values);
  }

  private static double medianMegabytes(
      List<LoadMetrics.Cost> costs, ToLongFunction<LoadMetrics.Cost> bytes) {
    return Quantiles.median().compute(costs.stream().mapToLong(bytes).toArray()) / 1e6;
  }

  private void addTables(Report report) {
    if (starts.isEmpty()) {
      return;
    }
    report.add(
        memory.table(
            "Memory of a process for each client",
            "Proportional set sizes after a load, the median of the rounds at each number of"
                + " clients. The server's includes its shared memory, which is in what it takes"
                + " without any client."));
    if (!ProcessTree.tellsNanos()) {
      report.note("The kernel does not tell the processor time of a start, so starts are missing.");
      return;
    }
    report.add(new StartTable(starts, Runtime.getRuntime().availableProcessors()).table());
  }
}
