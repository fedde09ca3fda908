package io.cofferdam.benchmarks.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A JVM that was forked, and is talked to in lines: its standard input and output. Its errors go to
 * ours. It is expected to end with its input. Not thread-safe.
 */
public final class ChildJvm implements AutoCloseable {

  private static final long END_SECONDS = 60;

  private final Process process;
  private final PrintStream in;
  private final BufferedReader out;
  private final Thread killer;

  private ChildJvm(Process process) {
    this.process = process;
    this.in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    this.out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    this.killer = new Thread(this::kill, "kill-" + process.pid());
    Runtime.getRuntime().addShutdownHook(killer);
  }

  /**
   * Starts one.
   *
   * @param javaHome the JDK
   * @param classPath its class path
   * @param arguments what follows: options of the JVM, the main class, its arguments
   */
  public static ChildJvm start(Path javaHome, String classPath, List<String> arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(List.of(javaHome.resolve("bin/java").toString(), "-cp", classPath));
    command.addAll(arguments);
    return new ChildJvm(new ProcessBuilder(command).redirectError(Redirect.INHERIT).start());
  }

  /**
   * Starts a small one with this JVM's JDK and class path.
   *
   * @param main the main class
   * @param arguments its arguments
   */
  public static ChildJvm sibling(Class<?> main, String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of("-XX:+UseSerialGC", "-Xmx64m", main.getName()));
    all.addAll(List.of(arguments));
    return start(
        Path.of(System.getProperty("java.home")), System.getProperty("java.class.path"), all);
  }

  /** Returns its process id. */
  public long pid() {
    return process.pid();
  }

  /** Sends it a line. */
  public void send(String line) {
    in.println(line);
  }

  /** Returns its next line, which has to begin so, without that beginning. */
  public String expect(String beginning) throws IOException {
    String line = out.readLine();
    if (line == null || !line.startsWith(beginning)) {
      throw new IOException(
          "a measured process "
              + (line == null ? "has ended" : "said: " + line)
              + "; expected was "
              + beginning.trim());
    }
    return line.substring(beginning.length());
  }

  /** Ends its input, so that it begins to end. */
  public void end() {
    in.close();
  }

  /** Ends it at once, with those it has started, which may not notice its death. */
  private void kill() {
    List<ProcessHandle> descendants = process.descendants().toList();
    process.destroyForcibly();
    descendants.forEach(ProcessHandle::destroyForcibly);
  }

  /** Ends its input, and waits until it has ended. */
  @Override
  public void close() {
    end();
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        kill();
      }
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
    }
    try {
      Runtime.getRuntime().removeShutdownHook(killer);
    } catch (IllegalStateException e) {
      kill(); // This JVM is ending, and the hook runs anyway.
    }
  }
}
