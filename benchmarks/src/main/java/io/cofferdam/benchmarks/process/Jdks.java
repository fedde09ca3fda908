package io.cofferdam.benchmarks.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The JDKs of this machine: those below {@code /usr/lib/jvm}, and those that a variable names. */
public final class Jdks {

  private static final Path PLACE = Path.of("/usr/lib/jvm");
  private static final String VARIABLE = "JAVA_HOME_";
  private static final Pattern VERSION =
      Pattern.compile("java\\.specification\\.version = (\\d+)\\s");

  private Jdks() {}

  private record Jdk(Path home, int version) {}

  /** Returns the home of the newest one; empty if all are older than this version. */
  public static Optional<Path> newest(int atLeast) {
    Jdk newest = new Jdk(Path.of(""), 0);
    for (Path home : homes()) {
      int version = version(home).orElse(0);
      if (version > newest.version()) {
        newest = new Jdk(home, version);
      }
    }
    return newest.version() < atLeast ? Optional.empty() : Optional.of(newest.home());
  }

  /** Returns the feature version of the JDK with this home; empty if there is none. */
  public static OptionalInt version(Path home) {
    Path java = home.resolve("bin/java");
    if (!Files.isExecutable(java)) {
      return OptionalInt.empty();
    }
    try {
      Process process =
          new ProcessBuilder(java.toString(), "-XshowSettings:properties", "-version")
              .redirectErrorStream(true)
              .start();
      Matcher found =
          VERSION.matcher(
              new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
      return found.find() ? OptionalInt.of(Integer.parseInt(found.group(1))) : OptionalInt.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot ask for the version of " + java, e);
    }
  }

  private static List<Path> homes() {
    List<Path> homes = new ArrayList<>();
    if (Files.isDirectory(PLACE)) {
      try (Stream<Path> found = Files.list(PLACE)) {
        found.sorted().forEach(homes::add);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot list " + PLACE, e);
      }
    }
    System.getenv().entrySet().stream()
        .filter(variable -> variable.getKey().startsWith(VARIABLE))
        .map(variable -> Path.of(variable.getValue()))
        .forEach(homes::add);
    return homes;
  }
}
