package io.cofferdam.benchmarks.compare;

import io.cofferdam.benchmarks.contestant.ContestantSpec;
import io.cofferdam.benchmarks.contestant.Way;
import io.cofferdam.benchmarks.process.ClassPath;
import io.cofferdam.benchmarks.report.Report;
import io.cofferdam.benchmarks.run.BenchmarkDatabase;
import io.cofferdam.benchmarks.run.Mix;
import io.cofferdam.benchmarks.run.RunOptions;
import io.cofferdam.testkit.database.PgBouncer;
import io.cofferdam.testkit.tpcb.TpcBTables;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Compares ways to the database: throughput, latency, and what they cost. */
@Command(
    name = "compare",
    sortOptions = false,
    description =
        "Compares Cofferdam with a pool of connections and with a pooler between, under TPC-B and"
            + " a read-mostly load.")
public final class CompareCommand implements Callable<Integer> {

  private static final int QUICK_ACCOUNTS = 1_000;

  /** How many clients have a thread each, if nothing else is said. */
  private static final int MOST_THREADS = 500;

  @Mixin private final CompareOptions options = new CompareOptions();
  @Mixin private final RunOptions run = new RunOptions();

  private final Report report = new Report("Ways to the database");

  @Override
  public Integer call() throws Exception {
    int accounts = run.quick() ? QUICK_ACCOUNTS : TpcBTables.ACCOUNTS;
    Entries entries = entries();
    try (ClassPath classPath = new ClassPath();
        BenchmarkDatabase database = BenchmarkDatabase.start(options.durable, accounts)) {
      run.describe(report);
      database.describe(report);
      Comparison comparison =
          new Comparison(run, LoadMetrics.MILLIS, new Databases(database), classPath);
      for (Mix mix :
          run.orDefault(options.mixes, List.of(Mix.TPCB), List.of(Mix.TPCB, Mix.READ_MOSTLY))) {
        for (int clients : run.orDefault(options.clients, List.of(1, 8), List.of(1, 64, 5_000))) {
          comparison.run(
              report,
              "%s, %,d client%s".formatted(mix.title(), clients, clients == 1 ? "" : "s"),
              entries,
              spec -> load(mix, accounts, clients, spec));
        }
      }
    }
    report.write(run.output());
    return 0;
  }

  private Entries entries() {
    List<Way> ways = new ArrayList<>(options.ways);
    if (ways.contains(Way.PGBOUNCER) && !PgBouncer.isInstalled()) {
      ways.remove(Way.PGBOUNCER);
      report.note("PgBouncer is not installed on this machine, so it is missing here.");
    }
    return Entries.cross(
        ways, run.orDefault(options.workers, List.of(1), List.of(6)), run.variants());
  }

  private Load load(Mix mix, int accounts, int clients, ContestantSpec spec) {
    double leadIn = run.orDefault(options.leadInSeconds, 0.1, 0.5 + clients / 1_000.0);
    return new Load(
        mix,
        accounts,
        clients,
        style(clients, spec),
        Math.round(leadIn * 1_000),
        run.quick() ? run.windowMillis() : Math.max(run.windowMillis(), clients * 5L));
  }

  private Load.Style style(int clients, ContestantSpec spec) {
    if (spec.way().tracking() == null) {
      return Load.Style.of(spec.way());
    }
    Load.Style usual = clients > MOST_THREADS ? Load.Style.ASYNC : Load.Style.THREADS;
    return options.style == null ? usual : options.style;
  }
}
