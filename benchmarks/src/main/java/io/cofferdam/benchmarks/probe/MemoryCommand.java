package io.cofferdam.benchmarks.probe;

import io.cofferdam.benchmarks.report.Metric;
import io.cofferdam.benchmarks.run.RunOptions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how much memory is held. */
@Command(
    name = "memory",
    sortOptions = false,
    description =
        "Measures the memory of connected workers that have run some transactions, of the"
            + " application, and of client handles that do nothing. Each sample has a JVM of its"
            + " own.")
public final class MemoryCommand implements Callable<Integer> {

  private static final List<Metric> METRICS =
      List.of(
          new Metric("workers", "", 0, false),
          new Metric("PSS of all", "MB", 0, true),
          new Metric("PSS of one", "MB", 1, true),
          new Metric("PSS of the application", "MB", 0, true),
          new Metric("workers that worked", "", 0, false),
          new Metric("fewest transactions", "", 0, false),
          new Metric("5,000 idle handles", "MB", 2, false),
          new Metric("100,000 idle handles", "MB", 1, false));

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "Workers, without spares (default: 50; quick: 2).")
  private @Nullable Integer workers;

  @Option(
      names = "--transactions",
      paramLabel = "N",
      description = "What each worker has run at least (default: 100; quick: 5).")
  private @Nullable Integer transactions;

  @Mixin private final RunOptions run = new RunOptions();

  @Override
  public Integer call() throws Exception {
    int many = run.orDefault(workers, 2, 50);
    int each = run.orDefault(transactions, 5, 100);
    ProbeSpec spec = new ProbeSpec(ProbeSpec.Kind.MEMORY, many, 0, each);
    new Probes(run, METRICS)
        .run("Memory", Probes.Life.ONE_SAMPLE, Map.of("Cofferdam(%d)".formatted(many), spec));
    return 0;
  }
}
