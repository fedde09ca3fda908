package io.cofferdam.benchmarks.architecture;

import io.cofferdam.benchmarks.compare.Comparison;
import io.cofferdam.benchmarks.compare.Entries;
import io.cofferdam.benchmarks.compare.Load;
import io.cofferdam.benchmarks.compare.LoadMetrics;
import io.cofferdam.benchmarks.contestant.ContestantSpec;
import io.cofferdam.benchmarks.process.ClassPath;
import io.cofferdam.benchmarks.report.Report;
import io.cofferdam.benchmarks.run.BenchmarkDatabase;
import io.cofferdam.benchmarks.run.Mix;
import io.cofferdam.benchmarks.run.Part;
import io.cofferdam.benchmarks.run.RunOptions;
import io.cofferdam.testkit.tpcb.TpcBTables;
import java.util.List;

/**
 * All architectures that have one application process, under the same load: more clients than any
 * of them has connections or workers.
 */
final class LoadPart implements Part {

  private static final int CLIENTS = 5_000;
  private static final int QUICK_CLIENTS = 8;
  private static final int QUICK_ACCOUNTS = 1_000;
  private static final long LEAD_IN_MILLIS = 3_000;
  private static final long QUICK_LEAD_IN_MILLIS = 100;
  private static final RunOptions.Full FULL = new RunOptions.Full(3, 1, 10, 6);

  private final RunOptions run;

  LoadPart(RunOptions run) {
    this.run = run.withFull(FULL);
  }

  @Override
  public void run(Report report) throws Exception {
    int clients = run.quick() ? QUICK_CLIENTS : CLIENTS;
    int accounts = run.quick() ? QUICK_ACCOUNTS : TpcBTables.ACCOUNTS;
    report.setting(
        "load",
        "%,d clients, %d rounds of %d ms, after %d of %d ms that do not count"
            .formatted(
                clients, run.rounds(), run.windowMillis(), run.warmUps(), run.warmUpMillis()));
    Entries entries = new LoadContestants(run).entries(report);
    try (ClassPath classPath = new ClassPath();
        BenchmarkDatabase database = BenchmarkDatabase.start(false, accounts)) {
      database.describe(report);
      Comparison comparison = new Comparison(run, LoadMetrics.MILLIS, database, classPath);
      for (Mix mix : List.of(Mix.TPCB, Mix.QUERIES)) {
        comparison.run(
            report,
            "%s, %,d clients of one application".formatted(mix.title(), clients),
            entries,
            spec -> load(mix, accounts, clients, spec));
      }
    }
  }

  private Load load(Mix mix, int accounts, int clients, ContestantSpec spec) {
    return new Load(
        mix,
        accounts,
        clients,
        Load.Style.of(spec.way()),
        run.quick() ? QUICK_LEAD_IN_MILLIS : LEAD_IN_MILLIS,
        run.windowMillis());
  }
}
