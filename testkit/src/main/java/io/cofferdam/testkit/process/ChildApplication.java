package io.cofferdam.testkit.process;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * An application in a JVM of its own, with this JVM's Java and class path, so that a test can kill
 * it. It leads a session and a process group of its own, and ignores no signal, whatever this JVM
 * was started to ignore. Closing it kills it and what it started.
 */
public final class ChildApplication implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Process process;
  private final List<String> output = new CopyOnWriteArrayList<>();
  private final List<String> errors = new CopyOnWriteArrayList<>();

  private ChildApplication(Process process) {
    this.process = process;
    collect("stdout", process.getInputStream(), output);
    collect("stderr", process.getErrorStream(), errors);
  }

  /** Starts a main class with arguments. */
  public static ChildApplication start(Class<?> main, String... arguments) {
    return start(List.of(), main, arguments);
  }

  /** Starts a main class with arguments in a JVM with options. */
  public static ChildApplication start(
      List<String> jvmOptions, Class<?> main, String... arguments) {
    return start(Path.of("").toAbsolutePath(), jvmOptions, main, arguments);
  }

  /** Starts a main class with arguments in a JVM with options, in a working directory. */
  public static ChildApplication start(
      Path directory, List<String> jvmOptions, Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("setsid", "env", "--default-signal=INT,TERM,HUP"));
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.add("-Xmx256m");
    command.add("-XX:+UseSerialGC");
    command.addAll(jvmOptions);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    try {
      return new ChildApplication(
          new ProcessBuilder(command).directory(directory.toFile()).start());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + main.getName(), e);
    }
  }

  private void collect(String stream, InputStream from, List<String> to) {
    Thread collector =
        new Thread(
            () -> {
              try (BufferedReader lines =
                  new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
                lines.lines().forEach(to::add);
              } catch (IOException | UncheckedIOException e) {
                to.add("(" + stream + " ended: " + e.getMessage() + ")");
              }
            },
            "child-" + process.pid() + "-" + stream);
    collector.setDaemon(true);
    collector.start();
  }

  /** Returns its process id, which is its process group's too. */
  public long pid() {
    return process.pid();
  }

  /** Returns its process. */
  public ProcessHandle handle() {
    return process.toHandle();
  }

  /** Returns the live workers that it started. */
  public List<ProcessHandle> workers() {
    return WorkerProcesses.aliveUnder(handle());
  }

  /** Returns the lines that it has written to stdout so far. */
  public List<String> output() {
    return List.copyOf(output);
  }

  /** Returns the lines that it has written to stderr so far. */
  public List<String> errors() {
    return List.copyOf(errors);
  }

  /** Waits for a line on stdout that begins with the prefix, and returns what follows it. */
  public String awaitLine(String prefix) {
    Predicate<String> wanted = line -> line.startsWith(prefix);
    await("a line that begins with '" + prefix + "'")
        .atMost(PATIENCE)
        .failFast(
            () -> {
              if (collected() && output.stream().noneMatch(wanted)) {
                throw new IllegalStateException(failure());
              }
            })
        .until(() -> output.stream().anyMatch(wanted));
    return output.stream().filter(wanted).findFirst().orElseThrow().substring(prefix.length());
  }

  /** Writes a line to its stdin. */
  public void tell(String line) {
    try {
      process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until it has ended, and returns its exit code. */
  public int awaitExit() {
    await("the end of the application").atMost(PATIENCE).until(() -> !process.isAlive());
    await("the end of its output").atMost(PATIENCE).until(this::collected);
    return process.exitValue();
  }

  private boolean collected() {
    return WorkerProcesses.threads("child-" + process.pid() + "-").isEmpty();
  }

  private String failure() {
    return "the application has ended\n"
        + String.join("\n", output)
        + "\n"
        + String.join("\n", errors);
  }

  @Override
  public void close() {
    List<ProcessHandle> family = handle().descendants().toList();
    Kill.andAwaitEnd(handle());
    family.forEach(Kill::andAwaitEnd);
  }
}
