package io.cofferdam.benchmarks.queue;

import io.cofferdam.benchmarks.process.ClassPath;
import io.cofferdam.benchmarks.report.Report;
import io.cofferdam.benchmarks.run.Part;
import io.cofferdam.benchmarks.run.RunOptions;

/** The queue alone, under more load than this machine's database could give it. */
public final class QueuePart implements Part {

  private final RunOptions run;
  private final QueueOptions options;
  private final CapacityOptions capacity;

  /**
   * @param capacity the machine for which the rest is computed
   */
  public QueuePart(RunOptions run, QueueOptions options, CapacityOptions capacity) {
    this.run = run;
    this.options = options;
    this.capacity = capacity;
  }

  @Override
  public void run(Report report) throws Exception {
    report.setting(
        "queue",
        "a pool's own, used as a pool uses it; without the encoding of tasks, and without workers");
    report.setting("base rate of the queue", "%,d/s".formatted(options.baseRate()));
    if (Runtime.getRuntime().availableProcessors() < 2) {
      report.note("The open loop of the queue needs two processors: one thread is late there.");
    }
    QueueSections sections = new QueueSections(options, run);
    try (ClassPath classPath = new ClassPath();
        QueueProcess process = new QueueProcess(run, classPath)) {
      sections.measure(report, process);
    }
    report.add(new OpenLoopTable(sections.openLoop(), options.baseRate()).table());
    new CapacityTables(capacity, capacity.model(sections.queueNanos(), sections.taskBytes()))
        .all(sections.saturated())
        .forEach(report::add);
  }
}
