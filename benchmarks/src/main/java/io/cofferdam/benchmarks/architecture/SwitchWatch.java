package io.cofferdam.benchmarks.architecture;

import io.cofferdam.benchmarks.compare.Comparison;
import io.cofferdam.benchmarks.contestant.ContestantSpec;
import io.cofferdam.benchmarks.process.ProcessTree;
import io.cofferdam.benchmarks.report.Listing;
import io.cofferdam.benchmarks.report.Report;
import io.cofferdam.benchmarks.run.Programs;
import io.cofferdam.testkit.database.DebianProgram;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Shows one window of one contestant in the words of the system's own programs: {@code vmstat} for
 * the machine, and {@code pidstat} for each thread of the contestant and of its descendants that
 * has been switched at all. So a reader can repeat what the columns of the report say.
 */
final class SwitchWatch implements Comparison.Observer {

  private final String watched;
  private final int seconds;
  private final List<DebianProgram> programs = new ArrayList<>();
  private final List<Shown> started = new ArrayList<>();

  private record Shown(String command, Process process, Path output) {}

  /**
   * Finds the programs, and notes which of them is missing on this machine.
   *
   * @param watched the label of the contestant
   * @param seconds how long it is watched
   */
  SwitchWatch(String watched, int seconds, Report report) throws InterruptedException {
    this.watched = watched;
    this.seconds = seconds;
    Programs.find("procps", "vmstat", report).ifPresent(programs::add);
    Programs.find("sysstat", "pidstat", report).ifPresent(programs::add);
  }

  @Override
  public void opened(ContestantSpec spec, long pid) {
    if (!started.isEmpty() || !spec.label().equals(watched)) {
      return;
    }
    for (DebianProgram program : programs) {
      try {
        started.add(start(program, command(program, pid)));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot start " + program.path(), e);
      }
    }
  }

  private String command(DebianProgram program, long pid) {
    if (program.path().endsWith("vmstat")) {
      return "vmstat 1 " + (seconds + 1);
    }
    String pids =
        new ProcessTree(pid).pids().stream().map(String::valueOf).collect(Collectors.joining(","));
    return "pidstat -w -t -p %s %d 1 | grep -v -e Average -e ' 0\\.00 *0\\.00 '"
        .formatted(pids, seconds);
  }

  private static Shown start(DebianProgram program, String command) throws IOException {
    Path output = Files.createTempFile("cofferdam-", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    String places = program.path().resolveSibling("") + File.pathSeparator + System.getenv("PATH");
    builder.environment().put("PATH", places);
    builder.environment().put("LD_LIBRARY_PATH", program.libraries());
    builder.environment().put("LC_ALL", "C");
    return new Shown(command, builder.start(), output);
  }

  /** Waits until the programs have ended, and adds what they have printed. */
  void addTo(Report report) throws IOException, InterruptedException {
    for (Shown each : started) {
      int exitCode = each.process().waitFor();
      String text = Files.readString(each.output());
      Files.delete(each.output());
      if (exitCode == 0) {
        report.add(new Listing(watched + ": " + each.command(), text));
      } else {
        report.note("'%s' has failed: %s".formatted(each.command(), text));
      }
    }
  }
}
