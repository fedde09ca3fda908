package io.cofferdam.benchmarks.compare;

import io.cofferdam.benchmarks.process.ClassPath;
import io.cofferdam.benchmarks.report.Report;
import io.cofferdam.benchmarks.report.Section;
import io.cofferdam.benchmarks.run.BenchmarkDatabase;
import io.cofferdam.benchmarks.run.Rounds;
import io.cofferdam.benchmarks.run.RunOptions;
import io.cofferdam.testkit.database.PgBouncer;
import io.cofferdam.testkit.tpcb.TpcBTables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Compares ways to the database: throughput, latency, and what they cost. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Compares Cofferdam with a pool of connections and with a pooler between, under TPC-B and"
            + " a read-mostly load.")
public final class CompareCommand implements Callable<Integer> {

  private static final int QUICK_ACCOUNTS = 1_000;

  /** How many clients have a thread each, if nothing else is said. */
  private static final int MOST_THREADS = 500;

  @Mixin private final RunOptions run = new RunOptions();
  @Mixin private final CompareOptions options = new CompareOptions();

  private final Report report = new Report("Ways to the database");

  @Override
  public Integer call() throws Exception {
    int accounts = run.quick() ? QUICK_ACCOUNTS : TpcBTables.ACCOUNTS;
    Entries entries = entries();
    try (ClassPath classPath = new ClassPath();
        BenchmarkDatabase database = BenchmarkDatabase.start(options.durable, accounts)) {
      describe(database);
      for (Mix mix : run.orDefault(options.mixes, List.of(Mix.TPCB), List.of(Mix.values()))) {
        for (int clients : run.orDefault(options.clients, List.of(1, 8), List.of(1, 64, 5_000))) {
          report.add(compare(mix, clients, entries, database, classPath));
        }
      }
    }
    report.write(run.output());
    return 0;
  }

  private void describe(BenchmarkDatabase database) throws Exception {
    report.setting("database", database.description());
    report.setting("accounts", "%,d".formatted(database.accounts()));
    report.setting("JDK", run.java().toString());
    report.setting(
        "rounds", "%d, after %d that do not count".formatted(run.rounds(), run.warmUps()));
  }

  private Entries entries() {
    List<Way> ways = new ArrayList<>(options.ways);
    if (ways.contains(Way.PGBOUNCER) && !PgBouncer.isInstalled()) {
      ways.remove(Way.PGBOUNCER);
      report.note("PgBouncer is not installed on this machine, so it is missing here.");
    }
    return new Entries(
        ways,
        run.orDefault(options.workers, List.of(1), List.of(6)),
        Variant.parse(options.cores, options.settings));
  }

  private Load load(Mix mix, int clients, int accounts, ContestantSpec spec) {
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
      return Load.Style.THREADS;
    }
    Load.Style usual = clients > MOST_THREADS ? Load.Style.ASYNC : Load.Style.THREADS;
    return options.style == null ? usual : options.style;
  }

  private Section compare(
      Mix mix, int clients, Entries entries, BenchmarkDatabase database, ClassPath classPath)
      throws Exception {
    Section section =
        new Section(
            "%s, %,d client%s".formatted(mix.title(), clients, clients == 1 ? "" : "s"),
            ContestantProcess.METRICS,
            entries.rows());
    try (ContestantProcesses processes = new ContestantProcesses(run.java(), database)) {
      Map<String, Rounds.Measurement> measurements = new LinkedHashMap<>();
      for (ContestantSpec spec : entries.specs()) {
        Optional<Path> core = entries.variant(spec).core();
        ContestantProcess process =
            processes.start(spec, core.isPresent() ? classPath.with(core.get()) : classPath.own());
        Load load = load(mix, clients, database.accounts(), spec);
        measurements.put(
            spec.label(),
            () -> {
              database.tidy();
              return process.measure(load);
            });
      }
      new Rounds(run).run(section, measurements);
    }
    return section;
  }
}
