package io.cofferdam.benchmarks.workers;

import io.cofferdam.benchmarks.process.ClassPath;
import io.cofferdam.benchmarks.report.Report;
import io.cofferdam.benchmarks.report.Section;
import io.cofferdam.benchmarks.run.BenchmarkDatabase;
import io.cofferdam.benchmarks.run.Mix;
import io.cofferdam.benchmarks.run.Part;
import io.cofferdam.benchmarks.run.RunOptions;
import io.cofferdam.testkit.tpcb.TpcBTables;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Tests the rule that a load needs as many workers as there are processors, times three to five:
 * with a load that computes, and with one that waits for a network whose delay varies.
 */
public final class WorkersPart implements Part {

  private static final RunOptions.Full FULL = new RunOptions.Full(3, 1, 8, 3);
  private static final int QUICK_ACCOUNTS = 1_000;
  private static final int ROUND_TRIPS = 100;
  private static final int QUICK_ROUND_TRIPS = 20;

  /** Those without a network between, in an order in which processes warm up. */
  private static final List<SweepLoad> NEAR =
      List.of(new SweepLoad(Mix.TPCB, 0, 1), new SweepLoad(Mix.QUERIES, 0, 0.4));

  private static final List<SweepLoad> FAR =
      List.of(
          new SweepLoad(Mix.TPCB, 1, 0.4),
          new SweepLoad(Mix.TPCB, 5, 0.1),
          new SweepLoad(Mix.TPCB, 20, 0.1));
  private static final List<SweepLoad> QUICK_FAR = List.of(new SweepLoad(Mix.TPCB, 2, 1));

  private final RunOptions run;
  private final Sweep sweep;
  private final int accounts;
  private final List<SweepLoad> far;

  /** Takes the flags that all measurements have. */
  public WorkersPart(RunOptions run) {
    this.run = run.withFull(FULL);
    this.sweep = Sweep.of(run.variants().get(0), run.quick());
    this.accounts = run.quick() ? QUICK_ACCOUNTS : TpcBTables.ACCOUNTS;
    this.far = run.quick() ? QUICK_FAR : FAR;
  }

  @Override
  public void run(Report report) throws Exception {
    if (run.variants().size() > 1) {
      report.note("Numbers of workers are measured for the first variant only.");
    }
    report.setting("workers", sweep.describe());
    report.setting(
        "rounds of each number of workers",
        "%d of %d ms or more, after %d".formatted(run.rounds(), run.windowMillis(), run.warmUps()));
    List<SweepResult> results = new ArrayList<>();
    try (ClassPath classPath = new ClassPath();
        BenchmarkDatabase database = BenchmarkDatabase.start(false, accounts);
        SlowNetwork network = SlowNetwork.to(database.address())) {
      database.describe(report);
      List<Integer> delays =
          IntStream.concat(IntStream.of(0), far.stream().mapToInt(SweepLoad::delayMillis))
              .boxed()
              .toList();
      report.add(
          RoundTrips.delays(
              database.address(), network, delays, run.quick() ? QUICK_ROUND_TRIPS : ROUND_TRIPS));
      try (SweepProcesses near = processes(database, Optional.empty())) {
        results.addAll(measure(report, near, classPath, NEAR));
      }
      try (SweepProcesses behind = processes(database, Optional.of(network))) {
        results.addAll(measure(report, behind, classPath, far));
      }
    }
    Section relative = RelativeThroughput.section(results);
    report.begin(relative);
    report.end(relative);
    report.add(Sizing.table(results));
  }

  private SweepProcesses processes(BenchmarkDatabase database, Optional<SlowNetwork> network) {
    return new SweepProcesses(run, database, accounts, sweep, network);
  }

  private static List<SweepResult> measure(
      Report report, SweepProcesses processes, ClassPath classPath, List<SweepLoad> loads)
      throws Exception {
    processes.start(classPath);
    List<SweepResult> results = new ArrayList<>();
    for (SweepLoad load : loads) {
      results.add(processes.measure(report, load));
    }
    return results;
  }
}
