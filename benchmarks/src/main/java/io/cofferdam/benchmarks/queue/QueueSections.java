package io.cofferdam.benchmarks.queue;

import io.cofferdam.benchmarks.queue.QueueOrder.Kind;
import io.cofferdam.benchmarks.report.Metric;
import io.cofferdam.benchmarks.report.Report;
import io.cofferdam.benchmarks.report.Spread;
import io.cofferdam.benchmarks.run.RunOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** All that is measured of the queue alone. */
final class QueueSections {

  static final Metric NANOS = new Metric(OneThread.DIFFERENCE, "ns of CPU", 0, true);
  static final Metric TASKS = new Metric(Saturation.TASKS, "1/s", 0, true);
  static final Metric TASK_BYTES = new Metric(HeapUse.TASK, "bytes", 0, true);
  static final Metric OFFERED = new Metric(OpenLoop.OFFERED, "1/s", 0, false);
  static final Metric P99 = new Metric(OpenLoop.P99, "us", 1, true);
  static final Metric HAD = new Metric(OpenLoop.HAD, "%", 0, false);
  static final Metric DONE = new Metric(OpenLoop.DONE, "1/s", 0, true);
  static final Metric REFUSED = new Metric(OpenLoop.REFUSED, "1/s", 0, false);

  private static final List<Metric> ONE_THREAD =
      List.of(
          NANOS,
          new Metric(OneThread.WITH, "ns of CPU", 0, false),
          new Metric(OneThread.WITHOUT, "ns of CPU", 0, false));

  private static final List<Metric> SATURATED =
      List.of(
          TASKS,
          new Metric(Saturation.CPU, "ns/task", 0, true),
          new Metric(Saturation.WAITING, "", 2, false),
          new Metric(Saturation.WAIT, "us/task", 2, true),
          new Metric(Saturation.LENGTH, "", 0, false));

  private static final List<Metric> OPEN_LOOP =
      List.of(
          DONE,
          OFFERED,
          REFUSED,
          new Metric(OpenLoop.P50, "us", 1, false),
          P99,
          new Metric(OpenLoop.MAX, "us", 0, false),
          new Metric(OpenLoop.LENGTH, "", 1, true),
          new Metric(OpenLoop.BUSY, "%", 1, false),
          new Metric(OpenLoop.CORE, "%", 1, true),
          new Metric(OpenLoop.LATE, "us", 1, false),
          HAD);

  private final QueueOptions options;
  private final RunOptions run;
  private final QueueSection oneThread =
      new QueueSection(
          "The queue in one thread, a task from its offer to its being taken",
          "client handles",
          ONE_THREAD,
          List.of());
  private final QueueSection saturated =
      new QueueSection("The queue kept full", "takers", SATURATED, List.of());
  private final QueueSection openLoop =
      new QueueSection(
          "The queue in an open loop, workers busy for 80 % of the time",
          "tasks offered, 1/s", OPEN_LOOP, lengths());
  private final QueueSection heap =
      new QueueSection(
          "Heap of the queue",
          "client handles",
          List.of(new Metric(HeapUse.HANDLE, "bytes", 0, false), TASK_BYTES),
          List.of());

  QueueSections(QueueOptions options, RunOptions run) {
    this.options = options;
    this.run = run;
    addOneThread();
    addSaturated();
    addOpenLoop();
    options
        .handles(run)
        .forEach(handles -> heap.add(handles(handles), "heap", handles, order(Kind.HEAP, handles)));
  }

  /** Returns the metric of the queue's length in each part of the window. */
  static List<Metric> lengths() {
    return IntStream.rangeClosed(1, OpenLoop.PARTS)
        .mapToObj(part -> new Metric(OpenLoop.lengthIn(part), "", 1, false))
        .toList();
  }

  /** Measures everything. */
  void measure(Report report, QueueProcess process) throws Exception {
    for (QueueSection section : List.of(oneThread, saturated, openLoop, heap)) {
      section.measure(report, run, process);
    }
  }

  QueueSection saturated() {
    return saturated;
  }

  QueueSection openLoop() {
    return openLoop;
  }

  /** Returns what the queue takes for a task that waits, by the number of handles. */
  Map<Integer, Range> queueNanos() {
    Map<Integer, Range> found = new LinkedHashMap<>();
    oneThread
        .orders()
        .forEach(
            (row, order) -> {
              if (order.kind() == Kind.WAITING) {
                found.put(order.handles(), range(oneThread.spread(row, NANOS)));
              }
            });
    return found;
  }

  /** Returns what a waiting task takes of the heap. */
  Range taskBytes() {
    List<Spread> found =
        heap.orders().keySet().stream().map(row -> heap.spread(row, TASK_BYTES)).toList();
    return Range.around(
        found.stream().mapToDouble(Spread::lower).min().orElseThrow(),
        found.stream().mapToDouble(Spread::median).average().orElseThrow(),
        found.stream().mapToDouble(Spread::upper).max().orElseThrow());
  }

  private static Range range(Spread spread) {
    return Range.around(spread.lower(), spread.median(), spread.upper());
  }

  private void addOneThread() {
    for (Kind kind : List.of(Kind.WAITING, Kind.HANDED_OVER)) {
      String how = kind == Kind.WAITING ? "each task waits" : "each finds an idle taker";
      for (int handles : options.handles(run)) {
        oneThread.add(how + ", " + handles(handles), how, handles, order(kind, handles));
      }
    }
  }

  private void addSaturated() {
    for (int producers : options.producers()) {
      for (int handles : options.handles(run)) {
        for (int takers : options.takers(run)) {
          String series =
              "%d producer%s, %s".formatted(producers, producers == 1 ? "" : "s", handles(handles));
          saturated.add(
              series + ", " + takers + " takers",
              series,
              takers,
              new QueueOrder(
                  Kind.SATURATED, handles, takers, producers, 0, options.taskBytes(), millis()));
        }
      }
    }
  }

  private void addOpenLoop() {
    for (int takers : largest(options.takers(run))) {
      for (int handles : options.handles(run)) {
        for (int multiple : options.multiples(run)) {
          int rate = multiple * options.baseRate();
          String series = "%d workers, %s".formatted(takers, handles(handles));
          openLoop.add(
              "%s, %,d/s".formatted(series, rate),
              series,
              rate,
              new QueueOrder(
                  Kind.OPEN_LOOP, handles, takers, 1, rate, options.taskBytes(), millis()));
        }
      }
    }
  }

  /** Returns the last two: a smaller pool would be done with the same before it is of interest. */
  private static List<Integer> largest(List<Integer> takers) {
    return takers.subList(Math.max(0, takers.size() - 2), takers.size());
  }

  private QueueOrder order(Kind kind, int handles) {
    List<Integer> takers = options.takers(run);
    return new QueueOrder(
        kind, handles, takers.get(takers.size() - 1), 1, 0, options.taskBytes(), millis());
  }

  private long millis() {
    return options.millis(run);
  }

  private static String handles(int handles) {
    return String.format(Locale.ROOT, "%,d handles", handles);
  }
}
