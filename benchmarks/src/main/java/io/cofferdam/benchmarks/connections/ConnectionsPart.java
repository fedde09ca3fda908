package io.cofferdam.benchmarks.connections;

import io.cofferdam.benchmarks.report.MemoryGrowth;
import io.cofferdam.benchmarks.report.Report;
import io.cofferdam.benchmarks.report.Row;
import io.cofferdam.benchmarks.report.Section;
import io.cofferdam.benchmarks.run.BenchmarkDatabase;
import io.cofferdam.benchmarks.run.Part;
import io.cofferdam.benchmarks.run.RunOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What idle connections take in a server with a process for each, and in one with a thread. */
public final class ConnectionsPart implements Part {

  /** Few, so that a server has all of them in its memory before it is measured. */
  private static final int ACCOUNTS = 100_000;

  /** How long connections have nothing to do before memory is read. */
  private static final Duration REST = Duration.ofSeconds(1);

  private final List<Integer> steps;

  /**
   * @param run how it is measured
   */
  public ConnectionsPart(RunOptions run) {
    this.steps = run.quick() ? List.of(5, 10) : List.of(100, 250, 500, 1_000, 2_000);
  }

  @Override
  public void run(Report report) throws Exception {
    report.note(
        "Memory of connections is measured in one run of steps, once at each number of them,"
            + " without rounds. The program holds the connections; it is not counted.");
    Section section =
        new Section("Memory of connections", ServerMemory.METRICS, rows(), "connections");
    report.begin(section);
    MemoryGrowth growth = new MemoryGrowth("connection");
    for (ServerKind kind : ServerKind.values()) {
      measure(kind, section, growth, report);
    }
    report.end(section);
    report.add(
        growth.table(
            "Memory of a connection",
            ("What the server takes while its connections are idle, each of which has run %d"
                    + " transactions of TPC-B and %d of the queries, on %,d accounts. No set size has"
                    + " page tables, and those of a process grow with how much it touches of the"
                    + " memory that all share.")
                .formatted(HeldConnections.TRANSFERS, HeldConnections.QUERIES, ACCOUNTS)));
  }

  private List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (ServerKind kind : ServerKind.values()) {
      for (int step : steps) {
        rows.add(new Row(kind.row(step), List.of(), kind.title(), step));
      }
    }
    return rows;
  }

  private void measure(ServerKind kind, Section section, MemoryGrowth growth, Report report)
      throws Exception {
    int most = steps.get(steps.size() - 1);
    try (BenchmarkDatabase server = kind.start(ACCOUNTS, most);
        HeldConnections held = new HeldConnections(server.address(), ACCOUNTS)) {
      report.setting("server of connections, " + kind.title(), server.description());
      MachineLimits limits = new MachineLimits();
      for (int step : steps) {
        Optional<String> missing = limits.missing(held.size(), step);
        if (missing.isPresent()) {
          report.note(
              "%s: %,d connections are missing here: %s."
                  .formatted(kind.title(), step, missing.get()));
          break;
        }
        held.growTo(step);
        Thread.sleep(REST.toMillis());
        ServerMemory memory = ServerMemory.of(server.processes());
        section.add(Map.of(kind.row(step), memory.sample(step)));
        growth.add(kind.title(), step, memory.megabytes());
        growth.add(kind.title() + ", with page tables", step, memory.megabytesWithPageTables());
        System.err.printf("%-40s %s%n", kind.row(step), memory.sample(step));
      }
    }
  }
}
