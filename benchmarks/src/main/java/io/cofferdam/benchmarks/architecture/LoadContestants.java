package io.cofferdam.benchmarks.architecture;

import io.cofferdam.benchmarks.compare.Entries;
import io.cofferdam.benchmarks.contestant.ContestantSpec;
import io.cofferdam.benchmarks.contestant.Way;
import io.cofferdam.benchmarks.report.Report;
import io.cofferdam.benchmarks.run.Programs;
import io.cofferdam.benchmarks.run.RunOptions;
import io.cofferdam.benchmarks.variant.Variant;
import java.util.ArrayList;
import java.util.List;

/**
 * Who is under the load of {@link LoadPart}: each with as many connections or workers as its
 * documentation recommends for the processors of this machine, and Cofferdam with several numbers.
 */
final class LoadContestants {

  private static final List<Integer> WORKERS_PER_PROCESSOR = List.of(1, 2, 3, 4, 5, 8);
  private static final int ADAPTIVE_WORKERS_PER_PROCESSOR = 8;

  private static final int WATCHED_WORKERS_PER_PROCESSOR = 3;

  /** The default of Pgpool-II, which is within any usual {@code max_connections}. */
  private static final int PGPOOL_PROCESSES = 32;

  private final List<Way> ways;
  private final RunOptions run;
  private final int processors = Runtime.getRuntime().availableProcessors();

  LoadContestants(List<Way> ways, RunOptions run) {
    this.ways = List.copyOf(ways);
    this.run = run;
  }

  /** Returns those that were asked for, and notes who of them is missing on this machine. */
  Entries entries(Report report, int clients) throws InterruptedException {
    List<ContestantSpec> specs = new ArrayList<>();
    List<Variant> variants = new ArrayList<>();
    for (Way way : ways) {
      switch (way) {
        case HIKARICP -> specs.add(plain(way, poolSize()));
        case PGBOUNCER ->
            Programs.find("pgbouncer", "pgbouncer", report)
                .ifPresent(found -> specs.add(plain(way, poolSize())));
        case PGPOOL ->
            Programs.find("pgpool2", "pgpool", report)
                .ifPresent(found -> specs.add(plain(way, PGPOOL_PROCESSES)));
        case VIRTUAL_THREADS -> {
          if (run.virtualThreadsJava().isPresent()) {
            specs.add(plain(way, processors));
          } else {
            report.note("No JDK of this machine has virtual threads, so they are missing here.");
          }
        }
        case VERTX -> specs.add(plain(way, processors));
        case MARIADB_THREADS -> specs.add(plain(way, clients));
        case TRANSACTION_ID -> run.variants().forEach(base -> addCofferdam(specs, variants, base));
        case RAW_LINK, RMI, NONE, LEDGER ->
            throw new IllegalArgumentException("the part LOAD has no " + way);
      }
    }
    return Entries.of(specs, variants);
  }

  private static ContestantSpec plain(Way way, int connections) {
    return ContestantSpec.of(way, connections, Variant.OWN);
  }

  /** Returns what HikariCP's "About Pool Sizing" recommends, with one disk. */
  private int poolSize() {
    return 2 * processors + 1;
  }

  private void addCofferdam(List<ContestantSpec> specs, List<Variant> variants, Variant base) {
    Variant adaptive = base.and("ADAPTIVE", "concurrency=ADAPTIVE");
    Variant throughput = base.and("THROUGHPUT", "workerProfile=THROUGHPUT");
    for (int each : run.quick() ? List.of(1) : WORKERS_PER_PROCESSOR) {
      specs.add(cofferdam(each, base));
    }
    specs.add(cofferdam(run.quick() ? 1 : ADAPTIVE_WORKERS_PER_PROCESSOR, adaptive));
    if (!run.quick()) {
      specs.add(cofferdam(1, throughput));
    }
    variants.addAll(List.of(base, adaptive, throughput));
  }

  /** Returns the label of the one that {@link SwitchWatch} shows. */
  String watched() {
    return cofferdam(run.quick() ? 1 : WATCHED_WORKERS_PER_PROCESSOR, run.variants().get(0))
        .label();
  }

  private ContestantSpec cofferdam(int perProcessor, Variant variant) {
    return ContestantSpec.of(Way.TRANSACTION_ID, perProcessor * processors, variant);
  }
}
