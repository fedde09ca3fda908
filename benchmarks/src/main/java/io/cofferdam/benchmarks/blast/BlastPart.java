package io.cofferdam.benchmarks.blast;

import io.cofferdam.benchmarks.contestant.ContestantSpec;
import io.cofferdam.benchmarks.contestant.Way;
import io.cofferdam.benchmarks.process.ClassPath;
import io.cofferdam.benchmarks.report.Report;
import io.cofferdam.benchmarks.run.BenchmarkDatabase;
import io.cofferdam.benchmarks.run.Part;
import io.cofferdam.benchmarks.run.RunOptions;
import io.cofferdam.testkit.database.PgBouncer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The blast radius: one transaction goes wrong while all clients have one in flight, and what the
 * clients were told is compared with what is in the database.
 */
public final class BlastPart implements Part {

  private static final int WORKERS_PER_PROCESSOR = 3;

  private final RunOptions run;
  private final BlastPlan plan;

  public BlastPart(RunOptions run) {
    this.run = run;
    this.plan = BlastPlan.of(run);
  }

  @Override
  public void run(Report report) throws Exception {
    List<Architecture> architectures = architectures(report);
    List<Fault> faults = faults(report);
    try (ClassPath classPath = new ClassPath();
        BenchmarkDatabase database = BenchmarkDatabase.start(false, plan.accounts())) {
      database.describe(report);
      Launcher launcher = new Launcher(run.java(), classPath.own(), database.address(), plan);
      BlastRun blast = new BlastRun(database, launcher);
      BlastReport results = new BlastReport(report, plan, architectures, faults);
      for (Architecture architecture : architectures) {
        for (Fault fault : faults) {
          results.add(architecture, fault, blast.run(architecture, fault));
        }
        results.end(architecture);
      }
      results.end();
    }
  }

  private List<Architecture> architectures(Report report) {
    int processors = Runtime.getRuntime().availableProcessors();
    int connections = 2 * processors + 1;
    List<Architecture> all = new ArrayList<>();
    all.add(Architecture.processForEach(plan.processes()));
    all.add(threads(Way.HIKARICP, connections));
    if (!run.quick()) {
      if (PgBouncer.isInstalled()) {
        all.add(threads(Way.PGBOUNCER, connections));
      } else {
        report.note("PgBouncer is not installed on this machine, so its blast radius is missing.");
      }
    }
    ContestantSpec cofferdam =
        new ContestantSpec(
            Way.LEDGER,
            WORKERS_PER_PROCESSOR * processors,
            "",
            List.of("timeout=" + plan.timeout(), "warmSpares=1"));
    all.add(Architecture.of(cofferdam, plan.clients(), false));
    return all;
  }

  private Architecture threads(Way way, int connections) {
    return Architecture.of(
        new ContestantSpec(way, connections, "", List.of()), plan.clients(), true);
  }

  private List<Fault> faults(Report report) {
    if (run.quick()) {
      return List.of(Fault.SEGFAULT, Fault.ENDLESS_LOOP);
    }
    List<Fault> faults = new ArrayList<>(List.of(Fault.values()));
    try (MemoryGroup group = MemoryGroup.create()) {
      group.allowMore(BlastPlan.ROOM_BYTES);
    } catch (IOException e) {
      faults.remove(Fault.NATIVE_LEAK);
      report.note(
          "No control group can limit memory here, so no leak until the kernel kills: " + e);
    }
    return faults;
  }
}
