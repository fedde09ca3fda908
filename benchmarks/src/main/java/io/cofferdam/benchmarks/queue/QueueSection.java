package io.cofferdam.benchmarks.queue;

import io.cofferdam.benchmarks.report.Metric;
import io.cofferdam.benchmarks.report.Report;
import io.cofferdam.benchmarks.report.Row;
import io.cofferdam.benchmarks.report.Section;
import io.cofferdam.benchmarks.report.Spread;
import io.cofferdam.benchmarks.run.Rounds;
import io.cofferdam.benchmarks.run.RunOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A section of the report whose rows are measured in the queue's process. */
final class QueueSection {

  private final String title;
  private final String positions;
  private final List<Metric> shown;
  private final List<Metric> measured;
  private final Map<Row, QueueOrder> orders = new LinkedHashMap<>();
  private Section section;

  /**
   * @param positions what the position of a row counts
   * @param shown the columns
   * @param others what is measured besides
   */
  QueueSection(String title, String positions, List<Metric> shown, List<Metric> others) {
    this.title = title;
    this.positions = positions;
    this.shown = List.copyOf(shown);
    measured = new ArrayList<>(shown);
    measured.addAll(others);
    section = new Section(title, shown, List.of(), positions);
  }

  /**
   * Adds a row.
   *
   * @param series what it shares with those that differ in their position only
   */
  void add(String name, String series, int position, QueueOrder order) {
    orders.put(new Row(name, List.of(), series, position), order);
  }

  /** Measures all rows in rounds. */
  void measure(Report report, RunOptions run, QueueProcess process) throws Exception {
    section = new Section(title, shown, List.copyOf(orders.keySet()), positions);
    report.begin(section);
    Map<String, Rounds.Measurement> measurements = new LinkedHashMap<>();
    orders.forEach(
        (row, order) ->
            measurements.put(row.contestant(), warmUp -> process.take(order, measured)));
    new Rounds(run).run(section, measurements);
    report.end(section);
  }

  /** Returns what each row is, by its name. */
  Map<String, QueueOrder> orders() {
    Map<String, QueueOrder> byName = new LinkedHashMap<>();
    orders.forEach((row, order) -> byName.put(row.contestant(), order));
    return byName;
  }

  /** Returns what was measured in a row. */
  Spread spread(String row, Metric metric) {
    return section
        .spread(row, metric)
        .orElseThrow(() -> new IllegalStateException(metric.name() + " of " + row + " is missing"));
  }
}
