package io.cofferdam.benchmarks.processes;

import io.cofferdam.benchmarks.report.MemoryGrowth;
import io.cofferdam.benchmarks.report.Numbers;
import io.cofferdam.benchmarks.report.Table;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;

/** What the starts took, and what as many would take as a large system has clients. */
final class StartTable {

  private final List<Starts> all;
  private final int processors;

  /**
   * @param all the starts, at least those of one step
   * @param processors how many processors the machine has
   */
  StartTable(List<Starts> all, int processors) {
    this.all = List.copyOf(all);
    this.processors = processors;
  }

  Table table() {
    List<List<String>> rows = new ArrayList<>();
    for (Starts each : all) {
      rows.add(
          List.of(
              "%,d to %,d clients".formatted(each.before(), each.after()),
              Numbers.text(each.number(), 0),
              Numbers.text(each.nanos() / 1e9, 1),
              Numbers.text(each.clientNanos() / 1e6 / each.number(), 0),
              Numbers.text(each.serverNanos() / 1e6 / each.number(), 1)));
    }
    rows.add(extrapolated());
    return new Table(
        "Starting a process for each client",
        ("From the fork until the client is connected, %d at a time. The last row is extrapolated:"
                + " the processor time of a start, of the client and of the server, with all %d"
                + " processors at work on nothing else; in brackets with the least and the most"
                + " that it took in a step.")
            .formatted(processors * ClientProcesses.STARTS_PER_PROCESSOR, processors),
        List.of("", "started", "took, s", "CPU of each client, ms", "CPU server for each, ms"),
        rows);
  }

  private List<String> extrapolated() {
    double number = all.stream().mapToInt(Starts::number).sum();
    double clientMillis = all.stream().mapToLong(Starts::clientNanos).sum() / 1e6 / number;
    double serverMillis = all.stream().mapToLong(Starts::serverNanos).sum() / 1e6 / number;
    DoubleSummaryStatistics steps =
        all.stream()
            .mapToDouble(each -> seconds(each.clientNanos() + each.serverNanos(), each.number()))
            .summaryStatistics();
    double mean = (clientMillis + serverMillis) / 1e3 * MemoryGrowth.MANY / processors;
    return List.of(
        "%,d clients (extrapolated)".formatted(MemoryGrowth.MANY),
        Numbers.text(MemoryGrowth.MANY, 0),
        "%s (%s–%s)"
            .formatted(
                Numbers.text(mean, 0),
                Numbers.text(steps.getMin(), 0),
                Numbers.text(steps.getMax(), 0)),
        Numbers.text(clientMillis, 0),
        Numbers.text(serverMillis, 1));
  }

  private double seconds(long nanos, int starts) {
    return nanos / 1e9 / starts * MemoryGrowth.MANY / processors;
  }
}
