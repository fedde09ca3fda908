package io.cofferdam.benchmarks.compare;

import io.cofferdam.benchmarks.contestant.Way;
import io.cofferdam.benchmarks.process.ClassPath;
import io.cofferdam.benchmarks.report.Report;
import io.cofferdam.benchmarks.run.BenchmarkDatabase;
import io.cofferdam.benchmarks.run.Mix;
import io.cofferdam.benchmarks.run.RunOptions;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures a task that does nothing beside bare round trips to another process. */
@Command(
    name = "noop",
    sortOptions = false,
    description =
        "Measures a task that does nothing beside a bare round trip to another process and beside"
            + " Java RMI. The task touches no statement, so no round trip to the database is in the"
            + " figures.")
public final class NoopCommand implements Callable<Integer> {

  private static final int ACCOUNTS = 1_000;
  private static final long LEAD_IN_MILLIS = 200;

  @Option(
      names = "--clients",
      paramLabel = "N",
      description =
          "Clients with one task in flight each, for the throughput (default: 64; quick: 8). There"
              + " are as many bare round trips in flight as workers.")
  private @Nullable Integer clients;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description =
          "Workers, links and RMI servers, for the throughput (default: 6; quick: 2). The latency is"
              + " that of a single one.")
  private @Nullable Integer workers;

  @Mixin private final RunOptions run = new RunOptions();

  private final Report report = new Report("A task that does nothing");

  @Override
  public Integer call() throws Exception {
    try (ClassPath classPath = new ClassPath();
        BenchmarkDatabase database = BenchmarkDatabase.start(false, ACCOUNTS)) {
      run.describe(report);
      Comparison comparison =
          new Comparison(run, LoadMetrics.MICROS, new Databases(database), classPath);
      comparison.run(report, "No-op, one caller", entries(1), spec -> load(1, Load.Style.THREADS));
      int many = run.orDefault(clients, 8, 64);
      comparison.run(
          report,
          "No-op, %,d clients".formatted(many),
          entries(run.orDefault(workers, 2, 6)),
          spec ->
              switch (spec.way()) {
                case RAW_LINK -> load(spec.connections(), Load.Style.THREADS);
                case RMI -> load(many, Load.Style.THREADS);
                default -> load(many, Load.Style.ASYNC);
              });
    }
    report.write(run.output());
    return 0;
  }

  private Entries entries(int connections) {
    return Entries.cross(
        List.of(Way.RAW_LINK, Way.RMI, Way.TRANSACTION_ID), List.of(connections), run.variants());
  }

  private Load load(int many, Load.Style style) {
    return new Load(Mix.NOOP, ACCOUNTS, many, style, LEAD_IN_MILLIS, run.windowMillis());
  }
}
