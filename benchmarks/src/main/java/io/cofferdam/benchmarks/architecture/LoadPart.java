package io.cofferdam.benchmarks.architecture;

import io.cofferdam.benchmarks.report.Report;
import io.cofferdam.benchmarks.run.Part;
import io.cofferdam.benchmarks.run.RunOptions;

/** All architectures that have one application process, under the same load. */
final class LoadPart implements Part {

  private final RunOptions run;

  LoadPart(RunOptions run) {
    this.run = run;
  }

  @Override
  public void run(Report report) throws Exception {
    report.setting("rounds of the load", Integer.toString(run.rounds()));
  }
}
