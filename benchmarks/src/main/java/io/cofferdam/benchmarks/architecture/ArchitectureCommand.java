package io.cofferdam.benchmarks.architecture;

import io.cofferdam.benchmarks.blast.BlastOptions;
import io.cofferdam.benchmarks.blast.BlastPart;
import io.cofferdam.benchmarks.connections.ConnectionsPart;
import io.cofferdam.benchmarks.processes.ProcessesPart;
import io.cofferdam.benchmarks.queue.CapacityOptions;
import io.cofferdam.benchmarks.queue.QueueOptions;
import io.cofferdam.benchmarks.queue.QueuePart;
import io.cofferdam.benchmarks.report.Report;
import io.cofferdam.benchmarks.run.Part;
import io.cofferdam.benchmarks.run.RunOptions;
import io.cofferdam.benchmarks.switches.SwitchesPart;
import io.cofferdam.benchmarks.workers.WorkersPart;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Compares architectures: a process, a thread or an event for each client, and a pool between. */
@Command(
    name = "architecture",
    sortOptions = false,
    description =
        "Compares a process for each client, a thread for each client, events, and processes behind"
            + " a pool: what each takes, and what one failure takes from the others.")
public final class ArchitectureCommand implements Callable<Integer> {

  @Option(
      names = "--parts",
      split = ",",
      paramLabel = "PART",
      description = "What is measured: ${COMPLETION-CANDIDATES} (default: all).")
  private List<PartName> parts = List.of(PartName.values());

  @Mixin private final LoadOptions load = new LoadOptions();

  @Mixin private final BlastOptions blast = new BlastOptions();

  @Mixin private final QueueOptions queue = new QueueOptions();

  @Mixin private final CapacityOptions capacity = new CapacityOptions();

  @Mixin private final RunOptions run = new RunOptions();

  @Override
  public Integer call() throws Exception {
    Report report = new Report("Architectures");
    run.describe(report);
    Set<PartName> chosen = EnumSet.copyOf(parts);
    for (PartName part : chosen) {
      part(part).run(report);
    }
    report.write(run.output());
    return 0;
  }

  private Part part(PartName name) {
    return switch (name) {
      case LOAD -> new LoadPart(load, run);
      case PROCESSES -> new ProcessesPart(run);
      case CONNECTIONS -> new ConnectionsPart(run);
      case BLAST -> new BlastPart(run, blast);
      case SWITCHES -> new SwitchesPart(run);
      case WORKERS -> new WorkersPart(run);
      case QUEUE -> new QueuePart(run, queue, capacity);
    };
  }
}
