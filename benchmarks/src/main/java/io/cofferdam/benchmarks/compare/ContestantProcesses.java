package io.cofferdam.benchmarks.compare;

import io.cofferdam.benchmarks.Benchmarks;
import io.cofferdam.benchmarks.process.ChildJvm;
import io.cofferdam.benchmarks.run.BenchmarkDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The processes of those that are compared with each other; closing it ends them. */
final class ContestantProcesses implements AutoCloseable {

  private final Path javaHome;
  private final BenchmarkDatabase database;
  private final List<ContestantProcess> started = new ArrayList<>();

  ContestantProcesses(Path javaHome, BenchmarkDatabase database) {
    this.javaHome = javaHome;
    this.database = database;
  }

  /** Starts one, and returns when it can be measured. */
  ContestantProcess start(ContestantSpec spec, String classPath) throws IOException {
    ChildJvm jvm =
        ChildJvm.start(
            javaHome, classPath, List.of("-Xmx2g", Benchmarks.class.getName(), "contestant"));
    ContestantProcess process = new ContestantProcess(jvm, database.processes());
    started.add(process);
    process.order(new ContestantOrder(spec, database.address()));
    process.awaitReady();
    return process;
  }

  @Override
  public void close() {
    started.forEach(ContestantProcess::close);
  }
}
