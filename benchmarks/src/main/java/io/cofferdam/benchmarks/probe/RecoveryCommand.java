package io.cofferdam.benchmarks.probe;

import io.cofferdam.benchmarks.report.Metric;
import io.cofferdam.benchmarks.run.RunOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Measures how long a seat is empty after the death of its worker. */
@Command(
    name = "recovery",
    sortOptions = false,
    description =
        "Measures the time from SIGKILL of a busy worker to the next task in that seat, with a warm"
            + " spare and without. One kill in each round.")
public final class RecoveryCommand implements Callable<Integer> {

  private static final List<Metric> METRICS =
      List.of(
          new Metric("to the next task", "ms", 2, true),
          new Metric("to its answer", "ms", 2, false),
          new Metric("to the answer of the killed one", "ms", 2, false));

  @Mixin private final RunOptions run = new RunOptions();

  @Override
  public Integer call() throws Exception {
    Map<String, ProbeSpec> rows = new LinkedHashMap<>();
    rows.put("with a spare", new ProbeSpec(ProbeSpec.Kind.RECOVERY, 1, 1, 0));
    rows.put("without", new ProbeSpec(ProbeSpec.Kind.RECOVERY, 1, 0, 0));
    new Probes(run, METRICS).run("Recovery from a kill", Probes.Life.ALL_ROUNDS, rows);
    return 0;
  }
}
