package io.cofferdam.benchmarks.run;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that all commands have. */
public final class RunOptions {

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Rounds that count (default: 7; quick: 2).")
  private @Nullable Integer rounds;

  @Option(
      names = "--warm-ups",
      paramLabel = "N",
      description = "Rounds before them that do not count (default: 2; quick: 0).")
  private @Nullable Integer warmUps;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "How long each is measured in each round (default: 3; quick: 0.3).")
  private @Nullable Double seconds;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description =
          "Where the report goes: report.md, report.json and charts (default: ${DEFAULT-VALUE}).")
  private Path output = Path.of("benchmark-results");

  @Option(
      names = "--java",
      paramLabel = "HOME",
      description = "The JDK of the measured processes (default: this one's).")
  private Path java = Path.of(System.getProperty("java.home"));

  @Option(
      names = "--quick",
      description = "Takes seconds: shows that everything works, with figures that mean nothing.")
  private boolean quick;

  /** Returns how many rounds count. */
  public int rounds() {
    return orDefault(rounds, 2, 7);
  }

  /** Returns how many rounds come first. */
  public int warmUps() {
    return orDefault(warmUps, 0, 2);
  }

  /** Returns how long a measurement takes. */
  public long windowMillis() {
    return Math.round(orDefault(seconds, 0.3, 3.0) * 1_000);
  }

  /** Returns the directory of the report. */
  public Path output() {
    return output;
  }

  /** Returns the home of the JDK that is measured. */
  public Path java() {
    return java;
  }

  /** Returns whether it is to take seconds. */
  public boolean quick() {
    return quick;
  }

  /** Returns what was given, else what is right for the form that was asked for. */
  public <T> T orDefault(@Nullable T given, T whenQuick, T otherwise) {
    return Objects.requireNonNullElse(given, quick ? whenQuick : otherwise);
  }
}
