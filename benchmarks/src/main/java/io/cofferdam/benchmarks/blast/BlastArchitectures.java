package io.cofferdam.benchmarks.blast;

import io.cofferdam.benchmarks.compare.Load;
import io.cofferdam.benchmarks.contestant.ContestantSpec;
import io.cofferdam.benchmarks.contestant.Way;
import io.cofferdam.benchmarks.report.Report;
import io.cofferdam.benchmarks.run.Programs;
import io.cofferdam.benchmarks.run.RunOptions;
import io.cofferdam.benchmarks.variant.Variant;
import io.cofferdam.testkit.database.DebianProgram;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The architectures in which a transaction goes wrong. */
final class BlastArchitectures {

  private static final int WORKERS_PER_PROCESSOR = 3;

  /** What a JVM with one client is started with. */
  private static final List<String> ONE_CLIENT = List.of("-XX:+UseSerialGC", "-Xmx64m");

  private final RunOptions run;
  private final BlastPlan plan;
  private final int processors = Runtime.getRuntime().availableProcessors();
  private final List<Architecture> all = new ArrayList<>();

  private BlastArchitectures(RunOptions run, BlastPlan plan) {
    this.run = run;
    this.plan = plan;
  }

  /** Returns them, and notes which this machine does not have. */
  static List<Architecture> of(RunOptions run, BlastPlan plan, Report report)
      throws InterruptedException {
    BlastArchitectures made = new BlastArchitectures(run, plan);
    made.all.add(Architecture.processForEach(run.java(), ONE_CLIENT, plan.processes()));
    made.addPooled(Way.HIKARICP, run.java(), Load.Style.THREADS);
    if (!run.quick()) {
      made.addOthers(report);
    }
    made.addCofferdam();
    return List.copyOf(made.all);
  }

  private void addOthers(Report report) throws InterruptedException {
    Programs.find("pgbouncer", "pgbouncer", report).ifPresent(this::addPgBouncer);
    Optional<Path> newer = run.virtualThreadsJava();
    if (newer.isPresent()) {
      addPooled(Way.VIRTUAL_THREADS, newer.get(), Load.Style.VIRTUAL_THREADS);
    } else {
      report.note("No JDK of this machine has virtual threads; their blast radius is missing.");
    }
    addPooled(Way.VERTX, run.java(), Load.Style.ASYNC);
  }

  private void addPgBouncer(DebianProgram program) {
    List<String> flags = new ArrayList<>(plan.jvmFlags());
    flags.add(program.jvmArgument());
    ContestantSpec spec = pooled(Way.PGBOUNCER);
    all.add(Architecture.of(run.java(), flags, spec, plan.clients(), Load.Style.THREADS));
  }

  private void addPooled(Way way, Path java, Load.Style style) {
    all.add(Architecture.of(java, plan.jvmFlags(), pooled(way), plan.clients(), style));
  }

  private ContestantSpec pooled(Way way) {
    return ContestantSpec.of(way, 2 * processors + 1, Variant.OWN);
  }

  private void addCofferdam() {
    ContestantSpec spec =
        new ContestantSpec(
            Way.LEDGER,
            WORKERS_PER_PROCESSOR * processors,
            "",
            List.of("timeout=" + plan.timeout(), "warmSpares=1"));
    all.add(Architecture.of(run.java(), plan.jvmFlags(), spec, plan.clients(), Load.Style.ASYNC));
  }
}
