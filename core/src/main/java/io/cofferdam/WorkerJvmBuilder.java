package io.cofferdam;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableMap;
import io.cofferdam.internal.config.WorkerJvm;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Collects the options of the {@link WorkerJvm}. Not thread-safe. */
final class WorkerJvmBuilder {

  private static final long MEBIBYTE = 1L << 20;

  private final Map<String, String> environment = new TreeMap<>();
  private long workerMaxHeap = 128 * MEBIBYTE;
  private WorkerProfile profile = WorkerProfile.BALANCED;
  private List<String> arguments = List.of();
  private Path javaHome = Path.of(System.getProperty("java.home"));
  private @Nullable List<Path> classPath;
  private @Nullable Path archives = usersCache();

  void maxHeap(long bytes) {
    checkArgument(
        bytes >= 16 * MEBIBYTE && bytes <= 65_536 * MEBIBYTE,
        "workerMaxHeap is %s bytes; it must be from 16 MiB (%s) to 64 GiB (%s)",
        bytes,
        16 * MEBIBYTE,
        65_536 * MEBIBYTE);
    workerMaxHeap = bytes;
  }

  void profile(WorkerProfile profile) {
    this.profile = requireNonNull(profile, "workerProfile is null");
  }

  void arguments(String... arguments) {
    Texts.checkElements("workerJvmArgs", arguments);
    List<String> given = List.of(arguments);
    JvmArguments.check(given);
    this.arguments = given;
  }

  void javaHome(Path javaHome) {
    requireNonNull(javaHome, "javaHome is null");
    checkArgument(
        Files.isExecutable(javaHome.resolve("bin/java")),
        "workerJavaHome is '%s'; it has no executable bin/java",
        javaHome);
    this.javaHome = javaHome.toAbsolutePath();
  }

  void classPath(List<Path> entries) {
    requireNonNull(entries, "workerClassPath is null");
    checkArgument(!entries.isEmpty(), "workerClassPath is empty");
    Texts.checkElements("workerClassPath", entries.toArray());
    for (Path entry : entries) {
      checkArgument(Files.exists(entry), "workerClassPath has '%s', which does not exist", entry);
      Texts.checkNoControl("workerClassPath", entry.toString());
      checkArgument(
          !entry.toAbsolutePath().toString().contains(File.pathSeparator),
          "workerClassPath has '%s'; a path with '%s' would be two entries of the class path",
          entry,
          File.pathSeparator);
    }
    classPath = entries.stream().map(Path::toAbsolutePath).toList();
  }

  void archives(@Nullable Path directory) {
    archives = directory == null ? null : directory.toAbsolutePath();
  }

  /** Returns the directory for what can be made anew, by the rules of the XDG; null if unknown. */
  private static @Nullable Path usersCache() {
    String cache = System.getenv("XDG_CACHE_HOME");
    try {
      Path base =
          cache == null || cache.isEmpty()
              ? Path.of(System.getProperty("user.home", ""), ".cache")
              : Path.of(cache);
      return base.isAbsolute() ? base.resolve("cofferdam") : null;
    } catch (InvalidPathException e) {
      return null;
    }
  }

  void variable(String variable, String value) {
    requireNonNull(variable, "workerEnvironment: variable is null");
    requireNonNull(value, "workerEnvironment: value is null");
    Texts.checkPassable("workerEnvironment: the name of a variable", variable);
    checkArgument(
        !variable.isEmpty() && variable.indexOf('=') < 0,
        "workerEnvironment has the variable '%s'; a name must not be empty or contain '='",
        variable);
    Texts.checkPassable("workerEnvironment: the value of '" + variable + "'", value);
    checkArgument(
        !variable.equals("JAVA_TOOL_OPTIONS")
            && !variable.equals("JDK_JAVA_OPTIONS")
            && !variable.equals("_JAVA_OPTIONS"),
        "workerEnvironment has '%s'; use workerJvmArgs(...)",
        variable);
    environment.put(variable, value);
  }

  WorkerJvm build() {
    JvmArguments.checkFirstHeap(arguments, workerMaxHeap);
    return new WorkerJvm(
        workerMaxHeap,
        profile,
        arguments,
        javaHome,
        classPath,
        ImmutableMap.copyOf(environment),
        archives);
  }
}
