package io.cofferdam.benchmarks.process;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The other end of a {@link ChildJvm}: what the main method of a forked JVM does. */
public final class ChildMain {

  private ChildMain() {}

  /** What the process is for: reads lines and answers them. */
  @FunctionalInterface
  public interface Body {
    /** Returns at the end of the input. */
    void run(BufferedReader in, PrintStream out) throws Exception;
  }

  /**
   * Runs, and ends the process whatever threads are left. Only what the body prints goes to the
   * standard output; what anybody else prints there goes to the errors.
   */
  public static void run(Body body) {
    PrintStream out = System.out;
    System.setOut(System.err);
    int exitCode = 0;
    try {
      body.run(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)), out);
    } catch (Throwable e) {
      e.printStackTrace();
      exitCode = 1;
    }
    System.exit(exitCode);
  }
}
