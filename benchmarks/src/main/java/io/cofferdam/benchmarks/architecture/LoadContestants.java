package io.cofferdam.benchmarks.architecture;

import io.cofferdam.benchmarks.compare.Entries;
import io.cofferdam.benchmarks.contestant.ContestantSpec;
import io.cofferdam.benchmarks.contestant.Way;
import io.cofferdam.benchmarks.report.Report;
import io.cofferdam.benchmarks.run.RunOptions;
import io.cofferdam.benchmarks.variant.Variant;
import io.cofferdam.testkit.database.DebianProgram;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Who is under the load of {@link LoadPart}: each with as many connections or workers as its
 * documentation recommends for the processors of this machine, and Cofferdam with several numbers.
 */
final class LoadContestants {

  private static final List<Integer> WORKERS_PER_PROCESSOR = List.of(1, 2, 3, 4, 5, 8);
  private static final int ADAPTIVE_WORKERS_PER_PROCESSOR = 8;

  private final RunOptions run;
  private final int processors = Runtime.getRuntime().availableProcessors();

  LoadContestants(RunOptions run) {
    this.run = run;
  }

  /** Returns them, and notes who is missing on this machine. */
  Entries entries(Report report, int clients) throws InterruptedException {
    List<ContestantSpec> specs = new ArrayList<>();
    specs.add(plain(Way.HIKARICP, poolSize()));
    if (has("pgbouncer", "pgbouncer", report)) {
      specs.add(plain(Way.PGBOUNCER, poolSize()));
    }
    if (run.virtualThreadsJava().isPresent()) {
      specs.add(plain(Way.VIRTUAL_THREADS, processors));
    } else {
      report.note("No JDK of this machine has virtual threads, so they are missing here.");
    }
    specs.add(plain(Way.VERTX, processors));
    specs.add(plain(Way.MARIADB_THREADS, clients));
    List<Variant> variants = new ArrayList<>();
    for (Variant base : run.variants()) {
      addCofferdam(specs, variants, base);
    }
    return Entries.of(specs, variants);
  }

  /** Finds a program of one of Debian's packages, or notes why it is missing. */
  private static boolean has(String debianPackage, String program, Report report)
      throws InterruptedException {
    try {
      DebianProgram.find(debianPackage, program);
      return true;
    } catch (IOException | IllegalStateException e) {
      report.note("What needs %s is missing here. %s".formatted(program, e.getMessage()));
      return false;
    }
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

  private ContestantSpec cofferdam(int perProcessor, Variant variant) {
    return ContestantSpec.of(Way.TRANSACTION_ID, perProcessor * processors, variant);
  }
}
