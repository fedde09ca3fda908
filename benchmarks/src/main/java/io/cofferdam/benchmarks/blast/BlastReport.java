package io.cofferdam.benchmarks.blast;

import static java.util.Objects.requireNonNull;

import io.cofferdam.benchmarks.report.Metric;
import io.cofferdam.benchmarks.report.Numbers;
import io.cofferdam.benchmarks.report.Report;
import io.cofferdam.benchmarks.report.Row;
import io.cofferdam.benchmarks.report.Sample;
import io.cofferdam.benchmarks.report.Section;
import io.cofferdam.benchmarks.report.Table;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The section and the tables of the blast radius. */
final class BlastReport {

  private static final List<String> COLUMNS =
      List.of(
          "fault",
          "in flight",
          "transactions lost",
          "told: rolled back",
          "told: unknown",
          "told nothing (of them committed)",
          "wrong answers",
          "clients",
          "others without a commit for",
          "their throughput after / before, 1/s",
          "application");

  private final Report report;
  private final BlastPlan plan;
  private final List<Fault> faults;
  private final Section section;
  private final Map<Fault, Metric> metrics = new EnumMap<>(Fault.class);
  private final Map<Architecture, Map<Fault, BlastResult>> results = new LinkedHashMap<>();

  BlastReport(Report report, BlastPlan plan, List<Architecture> architectures, List<Fault> faults) {
    this.report = report;
    this.plan = plan;
    this.faults = List.copyOf(faults);
    faults.forEach(fault -> metrics.put(fault, new Metric(fault.title(), "clients", 0, true)));
    section =
        new Section(
            "Clients that lost something, of %,d".formatted(plan.clients()),
            List.copyOf(metrics.values()),
            architectures.stream()
                .map(architecture -> Row.of(architecture.name(), List.of()))
                .toList());
    report.begin(section);
  }

  /** Adds what was found, and prints it. */
  void add(Architecture architecture, Fault fault, BlastResult result) {
    System.err.printf("%-40s %-28s %s%n", architecture.name(), fault.title(), result);
    results.computeIfAbsent(architecture, none -> new EnumMap<>(Fault.class)).put(fault, result);
  }

  /** Adds an architecture that all faults have struck. */
  void end(Architecture architecture) {
    Map<Fault, BlastResult> found = results.getOrDefault(architecture, Map.of());
    Map<Metric, Double> values = new LinkedHashMap<>();
    List<List<String>> rows = new ArrayList<>();
    for (Fault fault : faults) {
      BlastResult result = requireNonNull(found.get(fault));
      values.put(requireNonNull(metrics.get(fault)), (double) result.losses().clients());
      rows.add(row(fault, result));
    }
    section.add(Map.of(architecture.name(), new Sample(values)));
    report.add(
        new Table(
            "Blast radius: " + architecture.name(),
            "One transaction of %,d clients goes wrong.".formatted(architecture.clients()),
            COLUMNS,
            rows));
  }

  private static List<String> row(Fault fault, BlastResult result) {
    BlastResult.Losses losses = result.losses();
    BlastResult.Recovery recovery = result.recovery();
    return List.of(
        fault.title(),
        number(losses.inFlight()),
        number(losses.transactions()),
        number(losses.rolledBack()),
        number(losses.unknown()),
        number(losses.unanswered()) + " (" + number(losses.unansweredCommitted()) + ")",
        number(losses.wrong()),
        number(losses.clients()),
        result.others(),
        result.ending().all()
            ? "0 / " + number(recovery.before())
            : number(recovery.after()) + " / " + number(recovery.before()),
        result.ending().text());
  }

  /** Adds the table of all architectures. */
  void end() {
    report.end(section);
    List<String> columns = new ArrayList<>(List.of("architecture"));
    faults.forEach(fault -> columns.add(fault.title()));
    List<List<String>> rows = new ArrayList<>();
    results.forEach(
        (architecture, found) -> {
          List<String> cells = new ArrayList<>(List.of(architecture.name()));
          found.values().forEach(result -> cells.add(result.summary()));
          rows.add(cells);
        });
    report.add(new Table("Blast radius", text(), columns, rows));
  }

  private String text() {
    return ("Clients that lost something, of %,d / how long the others had no commit / answers that"
            + " the database contradicts. Each fault struck once, inside a transaction that has made"
            + " its changes and holds its row locks. Only Cofferdam's transactions have a time"
            + " limit, of %d s from the call to the answer. The application was started with %s.")
        .formatted(plan.clients(), plan.timeout().toSeconds(), String.join(" ", plan.jvmFlags()));
  }

  private static String number(double value) {
    return Numbers.text(value, 0);
  }
}
