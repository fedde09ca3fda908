package io.cofferdam.benchmarks.processes;

import io.cofferdam.benchmarks.report.MemoryGrowth;
import io.cofferdam.benchmarks.report.Table;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;

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
              number(each.number(), 0),
              number(each.nanos() / 1e9, 1),
              number(each.clientNanos() / 1e6 / each.number(), 0),
              number(each.serverNanos() / 1e6 / each.number(), 1)));
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
        number(MemoryGrowth.MANY, 0),
        "%s (%s–%s)"
            .formatted(number(mean, 0), number(steps.getMin(), 0), number(steps.getMax(), 0)),
        number(clientMillis, 0),
        number(serverMillis, 1));
  }

  private double seconds(long nanos, int starts) {
    return nanos / 1e9 / starts * MemoryGrowth.MANY / processors;
  }

  private static String number(double value, int decimals) {
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }
}
