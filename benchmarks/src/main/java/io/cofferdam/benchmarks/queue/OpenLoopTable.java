package io.cofferdam.benchmarks.queue;

import io.cofferdam.benchmarks.report.Metric;
import io.cofferdam.benchmarks.report.Numbers;
import io.cofferdam.benchmarks.report.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Whether the queue keeps up with what is offered, and how long it is over time. */
final class OpenLoopTable {

  /** What part of the offered tasks is to be done, and of the rate to be offered. */
  private static final double ENOUGH = 0.97;

  /** How much of two processors the two threads have to have had, in percent. */
  private static final double LEAST_HAD = 90;

  private final QueueSection section;
  private final int baseRate;

  /**
   * @param section what was measured
   * @param baseRate what the rates are compared with
   */
  OpenLoopTable(QueueSection section, int baseRate) {
    this.section = section;
    this.baseRate = baseRate;
  }

  private enum Verdict {
    YES("yes"),
    NO("no"),
    NOT_OFFERED("was not offered"),
    NOT_MEASURED("the machine was busy");

    private final String title;

    Verdict(String title) {
      this.title = title;
    }
  }

  Table table() {
    List<String> columns =
        new ArrayList<>(
            List.of(
                "",
                "keeps up",
                "offered, % of the rate",
                "done, % of the offered",
                "refused, %",
                "wait p99, us",
                "wait p99 of an ideal queue, us (computed)"));
    for (int part = 1; part <= OpenLoop.PARTS; part++) {
      columns.add("length in part " + part);
    }
    List<List<String>> rows = new ArrayList<>();
    section.orders().forEach((row, order) -> rows.add(row(row, order)));
    return new Table("The queue over time, and whether it keeps up", text(), columns, rows);
  }

  private String text() {
    return """
        Medians of the rounds. The window of each round has %d parts; the length of the queue is \
        its mean in each of them. It keeps up if %.0f %% of the offered tasks are done and none is \
        refused, for which more than 10,000 have to wait. %s One thread offers, and one does what \
        the threads of all links do in a pool; so it may be these that do not keep up. A rate of \
        which less than %2$.0f %% were offered was too much for the thread that offers. If the two \
        threads had less than %.0f %% of two processors, the row says nothing of the queue. In an \
        ideal queue, a task begins at the moment in which a worker is free; service times are \
        exponential, and so are the times between tasks."""
        .formatted(OpenLoop.PARTS, 100 * ENOUGH, lowestLost(), LEAST_HAD);
  }

  private String lowestLost() {
    Map<String, QueueOrder> orders = section.orders();
    boolean allMeasured =
        orders.entrySet().stream()
            .noneMatch(row -> verdict(row.getKey(), row.getValue()) == Verdict.NOT_MEASURED);
    if (!allMeasured) {
      return "The machine was too busy to say with which rates.";
    }
    OptionalInt lowest =
        orders.entrySet().stream()
            .filter(row -> verdict(row.getKey(), row.getValue()) != Verdict.YES)
            .mapToInt(row -> row.getValue().rate())
            .min();
    return lowest.isPresent()
        ? ("The lowest rate that it did not keep up with, or that was not offered, is %,d/s: %.0f"
                + " times the base rate.")
            .formatted(lowest.getAsInt(), (double) lowest.getAsInt() / baseRate)
        : "It kept up with every rate.";
  }

  private List<String> row(String name, QueueOrder order) {
    double offered = median(name, QueueSections.OFFERED);
    double ideal = ErlangC.quantile(0.99, order.takers(), OpenLoop.UTILISATION, order.rate());
    List<String> cells =
        new ArrayList<>(
            List.of(
                name,
                verdict(name, order).title,
                number(100 * offered / order.rate()),
                number(100 * median(name, QueueSections.DONE) / offered),
                number(100 * median(name, QueueSections.REFUSED) / offered),
                number(median(name, QueueSections.P99)),
                number(1e6 * ideal)));
    QueueSections.lengths().forEach(part -> cells.add(number(median(name, part))));
    return cells;
  }

  private Verdict verdict(String name, QueueOrder order) {
    if (median(name, QueueSections.HAD) < LEAST_HAD) {
      return Verdict.NOT_MEASURED;
    }
    double offered = median(name, QueueSections.OFFERED);
    boolean allDone =
        median(name, QueueSections.DONE) >= ENOUGH * offered
            && median(name, QueueSections.REFUSED) == 0;
    if (!allDone) {
      return Verdict.NO;
    }
    return offered >= ENOUGH * order.rate() ? Verdict.YES : Verdict.NOT_OFFERED;
  }

  private double median(String name, Metric metric) {
    return section.spread(name, metric).median();
  }

  private static String number(double value) {
    return Numbers.text(value, 1);
  }
}
