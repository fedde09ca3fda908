package io.cofferdam.benchmarks.probe;

import io.cofferdam.benchmarks.report.Metric;
import io.cofferdam.benchmarks.run.RunOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Measures how long a start takes, and the first transactions after it. */
@Command(
    name = "start",
    sortOptions = false,
    description =
        "Measures how long build() takes until the first worker is ready, and the first"
            + " transactions of a new worker and of a warm spare. Each sample has a JVM of its own.")
public final class StartCommand implements Callable<Integer> {

  private static final List<Metric> METRICS =
      List.of(
          new Metric("build() to READY", "ms", 0, true),
          new Metric("first", "ms", 1, true),
          new Metric("10th", "ms", 2, false),
          new Metric("50th", "ms", 2, false),
          new Metric("steady", "ms", 2, false),
          new Metric("10th / steady", "", 2, true),
          new Metric("50th / steady", "", 2, true));

  @Mixin private final RunOptions run = new RunOptions();

  @Override
  public Integer call() throws Exception {
    int transactions = run.quick() ? 100 : 3_000;
    Map<String, ProbeSpec> rows = new LinkedHashMap<>();
    rows.put("new worker", new ProbeSpec(ProbeSpec.Kind.START, 1, 0, transactions));
    rows.put("warm spare", new ProbeSpec(ProbeSpec.Kind.START, 1, 1, transactions));
    new Probes(run, METRICS).run("Start of workers", Probes.Life.ONE_SAMPLE, rows);
    return 0;
  }
}
