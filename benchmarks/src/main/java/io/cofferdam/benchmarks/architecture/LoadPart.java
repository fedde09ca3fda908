package io.cofferdam.benchmarks.architecture;

import io.cofferdam.benchmarks.compare.Comparison;
import io.cofferdam.benchmarks.compare.Databases;
import io.cofferdam.benchmarks.compare.Entries;
import io.cofferdam.benchmarks.compare.Load;
import io.cofferdam.benchmarks.compare.LoadMetrics;
import io.cofferdam.benchmarks.contestant.ContestantSpec;
import io.cofferdam.benchmarks.contestant.Way;
import io.cofferdam.benchmarks.process.ClassPath;
import io.cofferdam.benchmarks.report.Report;
import io.cofferdam.benchmarks.run.BenchmarkDatabase;
import io.cofferdam.benchmarks.run.Mix;
import io.cofferdam.benchmarks.run.Part;
import io.cofferdam.benchmarks.run.RunOptions;
import io.cofferdam.testkit.tpcb.TpcBTables;
import java.util.List;
import java.util.Optional;

/**
 * All architectures that have one application process, under the same load: more clients than any
 * of them has connections or workers.
 */
final class LoadPart implements Part {

  private static final int CLIENTS = 5_000;
  private static final int QUICK_CLIENTS = 8;
  private static final int QUICK_ACCOUNTS = 1_000;
  private static final long LEAD_IN_MILLIS = 2_000;
  private static final long QUICK_LEAD_IN_MILLIS = 100;
  private static final int WATCH_SECONDS = 4;
  private static final int QUICK_WATCH_SECONDS = 1;

  /**
   * With 5,000 queries that compute at once, each on a thread of its own, MariaDB does not get
   * through a window of seconds in minutes.
   */
  private static final int MOST_THREADS_THAT_COMPUTE = 1_000;

  private static final RunOptions.Full FULL = new RunOptions.Full(3, 1, 6, 5);

  private final LoadOptions options;
  private final RunOptions run;

  LoadPart(LoadOptions options, RunOptions run) {
    this.options = options;
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
    LoadContestants contestants = new LoadContestants(options.ways, run);
    Entries entries = contestants.entries(report, clients);
    SwitchWatch watch =
        new SwitchWatch(
            contestants.watched(), run.quick() ? QUICK_WATCH_SECONDS : WATCH_SECONDS, report);
    try (ClassPath classPath = new ClassPath();
        BenchmarkDatabase postgres = BenchmarkDatabase.start(false, accounts);
        BenchmarkDatabase mariaDb = BenchmarkDatabase.startMariaDb(accounts, clients)) {
      postgres.describe(report);
      mariaDb.describe(report);
      if (options.mixes.contains(Mix.QUERIES)
          && entries.specs().stream().anyMatch(spec -> isTooMuch(Mix.QUERIES, spec))) {
        report.note(
            "Threads on MariaDB are left out of the queries: with more than "
                + MOST_THREADS_THAT_COMPUTE
                + " of them, no window ends.");
      }
      List<Comparison.Measured> sections =
          options.mixes.stream()
              .map(
                  mix ->
                      new Comparison.Measured(
                          "%s, %,d clients of one application".formatted(mix.title(), clients),
                          spec -> load(mix, accounts, clients, spec)))
              .toList();
      new Comparison(run, LoadMetrics.MILLIS, new Databases(postgres, mariaDb), classPath, watch)
          .run(report, entries, sections);
      watch.addTo(report);
    }
  }

  private Optional<Load> load(Mix mix, int accounts, int clients, ContestantSpec spec) {
    if (isTooMuch(mix, spec)) {
      return Optional.empty();
    }
    return Optional.of(
        new Load(
            mix,
            accounts,
            clients,
            Load.Style.of(spec.way()),
            run.quick() ? QUICK_LEAD_IN_MILLIS : LEAD_IN_MILLIS,
            run.windowMillis()));
  }

  private static boolean isTooMuch(Mix mix, ContestantSpec spec) {
    return mix == Mix.QUERIES
        && spec.way() == Way.MARIADB_THREADS
        && spec.connections() > MOST_THREADS_THAT_COMPUTE;
  }
}
