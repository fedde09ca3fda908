package io.cofferdam.benchmarks.run;

import io.cofferdam.benchmarks.report.Report;
import io.cofferdam.benchmarks.variant.Variant;
import io.cofferdam.benchmarks.variant.VariantOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags that all commands have. */
public final class RunOptions {

  @Mixin private final VariantOptions variants = new VariantOptions();

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
      names = "--warm-up-seconds",
      paramLabel = "S",
      description =
          "How long a load runs in each of them: a JVM has to compile its code (default: 8; quick:"
              + " 0.3).")
  private @Nullable Double warmUpSeconds;

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

  @Option(names = "--help", usageHelp = true, description = "Print this help.")
  boolean help;

  /** Says in a report how it is measured, and has it written even if the program is ended. */
  public void describe(Report report) {
    report.writeAtExit(output);
    report.setting("JDK", java.toString());
    report.setting("rounds", "%d, after %d that do not count".formatted(rounds(), warmUps()));
    if (quick) {
      report.note("This is the quick form: its figures mean nothing.");
    }
  }

  /** Returns which Cofferdam is measured: the variants that were asked for, or the only one. */
  public List<Variant> variants() {
    return variants.variants();
  }

  /** Returns how many rounds count. */
  public int rounds() {
    return orDefault(rounds, 2, 7);
  }

  /** Returns how many rounds come first. */
  public int warmUps() {
    return orDefault(warmUps, 0, 2);
  }

  /** Returns how long a load runs in a round that does not count. */
  public long warmUpMillis() {
    return Math.round(orDefault(warmUpSeconds, 0.3, 8.0) * 1_000);
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

  /** Returns the options and the main class of a measured JVM. */
  public List<String> command(Class<?> main) {
    return quick
        ? List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", main.getName())
        : List.of("-Xmx2g", main.getName());
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
