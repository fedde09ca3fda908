package io.cofferdam.benchmarks.queue;

import io.cofferdam.benchmarks.report.Numbers;
import io.cofferdam.benchmarks.report.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What follows for another machine. All of it is computed. */
final class CapacityTables {

  private static final String COMPUTED = " (computed)";

  private final CapacityOptions options;
  private final CapacityModel model;

  CapacityTables(CapacityOptions options, CapacityModel model) {
    this.options = options;
    this.model = model;
  }

  /**
   * Returns all.
   *
   * @param saturated what was measured with threads that want the lock at the same time
   */
  List<Table> all(QueueSection saturated) {
    return List.of(sizes(), rates(saturated), most());
  }

  private String machine() {
    return "%d processors and %.0f GB".formatted(options.cores(), options.memoryGb());
  }

  private Table sizes() {
    List<List<String>> rows = new ArrayList<>();
    for (int workers : options.workers()) {
      for (int handles : options.handles()) {
        Range all = model.allMb(workers, handles);
        rows.add(
            List.of(
                "%d workers, %,d handles".formatted(workers, handles),
                model.workersMb(workers).times(1e-3).text(1),
                model.linksMb(workers).text(0),
                model.handlesMb(handles).text(1),
                model.queuedMb(handles).text(0),
                all.times(1e-3).text(1),
                all.times(0.1 / options.memoryGb()).text(1),
                integer(model.threadsHere(workers)),
                integer(model.threadsThere(workers)),
                integer(model.descriptorsHere(workers))));
      }
    }
    return new Table(
        "Computed: what a pool would take on " + machine(),
        "Nothing of this was measured on such a machine. "
            + options.describe()
            + " One spare beside the workers. What a waiting task takes was measured here, with the"
            + " future that its caller holds; it is computed for one task of each handle that waits,"
            + " which takes a limit above the default of 10,000. Without what the application and a"
            + " database on the same machine take themselves. Threads of the application without"
            + " those of callbacks.",
        computed(
            "",
            "workers, GB",
            "links, MB",
            "handles, MB",
            "waiting tasks, MB",
            "all, GB",
            "all, % of the memory",
            "threads of the application",
            "threads of the workers",
            "descriptors of the application"),
        rows);
  }

  private Table rates(QueueSection saturated) {
    List<List<String>> rows = new ArrayList<>();
    for (int workers : options.workers()) {
      rows.add(
          rate(
              workers + " workers, database on the same machine",
              model.processorsBearBoth(),
              model.workersBear(workers, 0),
              "as many as processors"));
      for (double millis : options.roundTripMillis()) {
        rows.add(
            rate(
                "%d workers, database at a round trip of %s ms".formatted(workers, millis),
                model.processorsBear(),
                model.workersBear(workers, millis),
                model.workersNeeded(millis).text(0)));
      }
    }
    List<String> columns =
        computed(
            "",
            "processors bear, 1/s",
            "workers bear, 1/s",
            "workers that fill the processors",
            "lock bears, 1/s",
            "lock / what ends it first");
    for (int handles : options.handles()) {
      columns.add("queue, %% of a core, %,d handles%s".formatted(handles, COMPUTED));
    }
    columns.add("ends first" + COMPUTED);
    return new Table(
        "Computed: TPC-B transactions a second on " + machine(),
        ratesText(saturated),
        columns,
        rows);
  }

  private String ratesText(QueueSection saturated) {
    return "Nothing of this was measured on such a machine. "
        + options.describe()
        + " Each processor is as fast as one of this machine, and all of them together are as fast"
        + " as their number says: no NUMA, no shared cache or memory bus that is full, a database"
        + " that scales with them, no lock or row for which transactions wait for each other, and"
        + " no disk. With a database elsewhere, a worker waits for the round trips and for what the"
        + " database computes, which has processors enough. Workers that fill the processors:"
        + " processors x (1 + wait / compute). The lock bears as much as one thread does that does"
        + " nothing else, with "
        + "%,d".formatted(largestHandles())
        + " handles; threads that want it at the same time made between "
        + contended(saturated)
        + " tasks a second of it here. Those figures include waking the threads, and few"
        + " processors: more of them want the lock at the same moment more often. The queue's"
        + " share is that of one core, at the lower one of what processors and workers bear; beyond"
        + " the measured numbers of handles, that of the nearest one is taken.";
  }

  private static String contended(QueueSection saturated) {
    double[] found =
        saturated.orders().keySet().stream()
            .mapToDouble(row -> saturated.spread(row, QueueSections.TASKS).median())
            .sorted()
            .toArray();
    return String.format(Locale.ROOT, "%,.0f and %,.0f", found[0], found[found.length - 1]);
  }

  private int largestHandles() {
    return options.handles().stream().mapToInt(Integer::intValue).max().orElseThrow();
  }

  private List<String> rate(String name, Range processors, Range workers, String needed) {
    Range reached = processors.min(workers);
    Range lock = model.lockBears(largestHandles());
    List<String> cells =
        new ArrayList<>(
            List.of(
                name,
                processors.text(0),
                workers.text(0),
                needed,
                lock.text(0),
                lock.over(reached).text(0)));
    for (int handles : options.handles()) {
      cells.add(model.queueShare(reached, handles).times(100).text(1));
    }
    cells.add(CapacityModel.first(processors, workers, lock).title());
    return cells;
  }

  private Table most() {
    List<List<String>> rows = new ArrayList<>();
    for (int handles : options.handles()) {
      rows.add(
          List.of(
              "memory, %,d handles".formatted(handles), model.workersInMemory(handles).text(0)));
    }
    rows.add(
        List.of(
            "%,d threads and processes".formatted(options.targetThreads()),
            integer(model.workersInThreads(options.targetThreads()))));
    rows.add(
        List.of(
            "%,d descriptors of the application".formatted(options.targetDescriptors()),
            integer(model.workersInDescriptors(options.targetDescriptors()))));
    return new Table(
        "Computed: how many workers " + machine() + " would hold",
        "Until each of these is used up, by the same assumptions. The limits for threads and"
            + " descriptors are assumed, too.",
        computed("", "workers"),
        rows);
  }

  private static List<String> computed(String first, String... others) {
    List<String> columns = new ArrayList<>(List.of(first));
    for (String each : others) {
      columns.add(each + COMPUTED);
    }
    return columns;
  }

  private static String integer(int value) {
    return Numbers.text(value, 0);
  }
}
