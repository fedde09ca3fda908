package io.cofferdam.benchmarks.run;

import io.cofferdam.benchmarks.process.Jdks;
import io.cofferdam.benchmarks.report.Report;
import io.cofferdam.benchmarks.variant.Variant;
import io.cofferdam.benchmarks.variant.VariantOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags that all commands have. */
public final class RunOptions {

  private static final int FIRST_WITH_VIRTUAL_THREADS = 21;
  private static final Full USUAL = new Full(7, 2, 8, 3);

  @Mixin private final VariantOptions variants;

  private final Full full;

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
      names = "--newest-java",
      paramLabel = "HOME",
      description =
          "The JDK of what needs virtual threads, 21 or later (default: the newest one below"
              + " /usr/lib/jvm, or that a variable such as JAVA_HOME_25 names).")
  private @Nullable Path newestJava;

  @Option(
      names = "--quick",
      description = "Takes seconds: shows that everything works, with figures that mean nothing.")
  private boolean quick;

  @Option(names = "--help", usageHelp = true, description = "Print this help.")
  boolean help;

  /** The options of a command line. */
  public RunOptions() {
    variants = new VariantOptions();
    full = USUAL;
  }

  private RunOptions(RunOptions given, Full full) {
    this.full = full;
    variants = given.variants;
    rounds = given.rounds;
    warmUps = given.warmUps;
    warmUpSeconds = given.warmUpSeconds;
    seconds = given.seconds;
    output = given.output;
    java = given.java;
    newestJava = given.newestJava;
    quick = given.quick;
    help = given.help;
  }

  /**
   * What the full form has where nothing is given.
   *
   * @param rounds rounds that count
   * @param warmUps rounds before them
   * @param warmUpSeconds how long a load runs in each of those
   * @param seconds how long a measurement takes
   */
  public record Full(int rounds, int warmUps, double warmUpSeconds, double seconds) {}

  /** Returns the same options with other defaults for the full form. */
  public RunOptions withFull(Full defaults) {
    return new RunOptions(this, defaults);
  }

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
    return orDefault(rounds, 2, full.rounds());
  }

  /** Returns how many rounds come first. */
  public int warmUps() {
    return orDefault(warmUps, 0, full.warmUps());
  }

  /** Returns how long a load runs in a round that does not count. */
  public long warmUpMillis() {
    return Math.round(orDefault(warmUpSeconds, 0.3, full.warmUpSeconds()) * 1_000);
  }

  /** Returns how long a measurement takes. */
  public long windowMillis() {
    return Math.round(orDefault(seconds, 0.3, full.seconds()) * 1_000);
  }

  /** Returns the directory of the report. */
  public Path output() {
    return output;
  }

  /** Returns the home of the JDK that is measured. */
  public Path java() {
    return java;
  }

  /** Returns the home of the JDK for virtual threads; empty if there is none. */
  public Optional<Path> virtualThreadsJava() {
    if (newestJava == null) {
      return Jdks.newest(FIRST_WITH_VIRTUAL_THREADS);
    }
    if (Jdks.version(newestJava).orElse(0) < FIRST_WITH_VIRTUAL_THREADS) {
      throw new IllegalArgumentException("there is no JDK with virtual threads at " + newestJava);
    }
    return Optional.of(newestJava);
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
