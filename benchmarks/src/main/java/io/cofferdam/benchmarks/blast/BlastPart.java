package io.cofferdam.benchmarks.blast;

import io.cofferdam.benchmarks.process.ClassPath;
import io.cofferdam.benchmarks.report.Report;
import io.cofferdam.benchmarks.run.BenchmarkDatabase;
import io.cofferdam.benchmarks.run.Part;
import io.cofferdam.benchmarks.run.RunOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The blast radius: one transaction goes wrong while all clients have one in flight, and what the
 * clients were told is compared with what is in the database.
 */
public final class BlastPart implements Part {

  private final RunOptions run;
  private final BlastOptions options;
  private final BlastPlan plan;

  /**
   * @param run the flags that all parts have
   * @param options the flags of this one
   */
  public BlastPart(RunOptions run, BlastOptions options) {
    this.run = run;
    this.options = options;
    this.plan = BlastPlan.of(run, options);
  }

  @Override
  public void run(Report report) throws Exception {
    List<Architecture> architectures =
        BlastArchitectures.of(run, plan, report).stream()
            .filter(architecture -> architecture.name().contains(options.only()))
            .toList();
    List<Fault> faults = faults(report);
    try (ClassPath classPath = new ClassPath();
        BenchmarkDatabase database = BenchmarkDatabase.start(false, plan.accounts())) {
      database.describe(report);
      BlastRun blast =
          new BlastRun(database, new Launcher(classPath.own(), database.address(), plan));
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

  private List<Fault> faults(Report report) {
    List<Fault> faults = new ArrayList<>(options.faults(run));
    if (!faults.contains(Fault.NATIVE_LEAK)) {
      return faults;
    }
    try (MemoryGroup group = MemoryGroup.create()) {
      group.allowMore(BlastPlan.ROOM_BYTES);
    } catch (IOException e) {
      faults.remove(Fault.NATIVE_LEAK);
      report.note(
          "No control group can limit memory here; the leak until the kernel kills is missing. "
              + e);
    }
    return faults;
  }
}
