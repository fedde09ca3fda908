package io.cofferdam.benchmarks.run;

import io.cofferdam.benchmarks.report.Report;
import io.cofferdam.testkit.database.DebianProgram;
import java.io.IOException;
import java.util.Optional;

/** Programs of the system that not every machine has. */
public final class Programs {

  private Programs() {}

  /** Finds one in a Debian package; if there is none, notes what is missing in the report. */
  public static Optional<DebianProgram> find(String debianPackage, String name, Report report)
      throws InterruptedException {
    try {
      return Optional.of(DebianProgram.find(debianPackage, name));
    } catch (IOException | IllegalStateException e) {
      report.note("What needs %s is missing here. %s".formatted(name, e.getMessage()));
      return Optional.empty();
    }
  }
}
