package io.cofferdam.benchmarks.compare;

import io.cofferdam.benchmarks.contestant.ContestantSpec;
import io.cofferdam.benchmarks.contestant.Way;
import io.cofferdam.benchmarks.process.ChildJvm;
import io.cofferdam.benchmarks.run.RunOptions;
import io.cofferdam.testkit.database.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The processes of those that are compared with each other; closing it ends them. */
public final class ContestantProcesses implements AutoCloseable {

  private final LoadMetrics metrics;
  private final RunOptions run;
  private final Databases databases;
  private final List<ContestantProcess> started = new ArrayList<>();

  /** Takes what all of them have in common. */
  public ContestantProcesses(LoadMetrics metrics, RunOptions run, Databases databases) {
    this.metrics = metrics;
    this.run = run;
    this.databases = databases;
  }

  /** Starts one, and returns when it can be measured. */
  ContestantProcess start(ContestantSpec spec, String classPath) throws IOException {
    return start(spec, classPath, databases.of(spec).address());
  }

  /**
   * Starts one, and returns when it can be measured.
   *
   * @param address where it finds its database
   */
  public ContestantProcess start(ContestantSpec spec, String classPath, TestDatabase address)
      throws IOException {
    ChildJvm jvm = ChildJvm.start(java(spec.way()), classPath, run.command(ContestantMain.class));
    ContestantProcess process = new ContestantProcess(metrics, jvm, databases.of(spec).processes());
    started.add(process);
    process.order(new ContestantOrder(spec, address));
    process.awaitReady();
    return process;
  }

  private Path java(Way way) {
    return way == Way.VIRTUAL_THREADS
        ? run.virtualThreadsJava()
            .orElseThrow(() -> new IllegalStateException("no JDK here has virtual threads"))
        : run.java();
  }

  @Override
  public void close() {
    started.forEach(ContestantProcess::close);
  }
}
