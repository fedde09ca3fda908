package io.cofferdam.internal.boot;

import org.jspecify.annotations.Nullable;

/**
 * What both sides know of the program that workers run. The application knows its classes by their
 * names, because it loads none of them.
 */
public final class WorkerProgram {

  private static final String WORKER_PROPERTY = "cofferdam.worker";

  private WorkerProgram() {}

  /** Returns the name of the main class. */
  public static String mainClass() {
    return "io.cofferdam.internal.worker.WorkerMain";
  }

  /** Returns the name of the SLF4J provider. */
  public static String loggerProvider() {
    return "io.cofferdam.internal.worker.ConsoleLoggerProvider";
  }

  /** Returns the name of the worker that this JVM is, or null if it is none. */
  public static @Nullable String thisWorker() {
    return System.getProperty(WORKER_PROPERTY);
  }

  /** Notes that this JVM is a worker, for code that must know. */
  public static void runAs(String worker) {
    System.setProperty(WORKER_PROPERTY, worker);
  }
}
