package io.cofferdam.benchmarks.blast;

import io.cofferdam.benchmarks.run.RunOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of the part that has a transaction go wrong. */
public final class BlastOptions {

  @Option(
      names = "--blast-faults",
      split = ",",
      paramLabel = "FAULT",
      description =
          "What goes wrong: ${COMPLETION-CANDIDATES} (default: all; quick: SEGFAULT, HEAP).")
  private @Nullable List<Fault> faults;

  @Option(
      names = "--blast-clients",
      paramLabel = "N",
      description =
          "Clients with one transaction in flight each when it does, for all architectures but a"
              + " process for each (default: 5000; quick: 20).")
  private @Nullable Integer clients;

  @Option(
      names = "--blast-processes",
      paramLabel = "N",
      description = "Clients with a process each (default: 50; quick: 3).")
  private @Nullable Integer processes;

  @Option(
      names = "--blast-only",
      paramLabel = "TEXT",
      description = "Only architectures with this in their names (default: all).")
  private String only = "";

  String only() {
    return only;
  }

  List<Fault> faults(RunOptions run) {
    return run.orDefault(faults, List.of(Fault.SEGFAULT, Fault.HEAP), List.of(Fault.values()));
  }

  int clients(RunOptions run) {
    return run.orDefault(clients, 20, 5_000);
  }

  int processes(RunOptions run) {
    return run.orDefault(processes, 3, 50);
  }
}
