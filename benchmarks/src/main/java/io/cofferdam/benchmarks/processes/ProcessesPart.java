package io.cofferdam.benchmarks.processes;

import io.cofferdam.benchmarks.process.ClassPath;
import io.cofferdam.benchmarks.report.Report;
import io.cofferdam.benchmarks.run.BenchmarkDatabase;
import io.cofferdam.benchmarks.run.Part;
import io.cofferdam.benchmarks.run.RunOptions;
import io.cofferdam.testkit.tpcb.TpcBTables;

/** A process for each client, with a connection of its own: more and more of them. */
public final class ProcessesPart implements Part {

  private static final int QUICK_ACCOUNTS = 1_000;

  private static final RunOptions.Full FULL = new RunOptions.Full(5, 1, 5, 3);

  private final RunOptions run;

  /**
   * @param run how it is measured
   */
  public ProcessesPart(RunOptions run) {
    this.run = run.withFull(FULL);
  }

  @Override
  public void run(Report report) throws Exception {
    int accounts = run.quick() ? QUICK_ACCOUNTS : TpcBTables.ACCOUNTS;
    report.setting("JVM of a client's process", String.join(" ", ClientProcess.FLAGS));
    try (ClassPath classPath = new ClassPath();
        BenchmarkDatabase database = BenchmarkDatabase.start(false, accounts);
        ClientProcesses clients =
            new ClientProcesses(
                run.java(), classPath.own(), database.address(), database.processes())) {
      database.describe(report);
      LoadMeasurement measurement =
          new LoadMeasurement(clients, database.processes(), accounts, run.quick());
      new GrowingClients(run, database, clients, measurement).run(report);
    }
  }
}
