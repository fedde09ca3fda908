package io.cofferdam.internal.worker.thread;

import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.sql.DriverManager;
import java.util.Locale;
import java.util.Locale.Category;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;

/** What a task may change of its thread and its JVM, and the next one would trip over. */
public record Surroundings(
    OfThread thread, Defaults defaults, Streams streams, OfDrivers drivers, int mostPriority) {

  /** What belongs to the thread. */
  private record OfThread(
      String name,
      int priority,
      @Nullable ClassLoader contextClassLoader,
      Thread.@Nullable UncaughtExceptionHandler uncaught) {}

  /** What the JVM takes where nothing else is said. */
  private record Defaults(
      TimeZone timeZone,
      Locale locale,
      Locale display,
      Locale format,
      Thread.@Nullable UncaughtExceptionHandler uncaught) {}

  /** The standard streams, on which the worker itself writes. */
  private record Streams(InputStream in, PrintStream out, PrintStream err) {}

  /** What the manager of drivers does at each connect. */
  private record OfDrivers(int loginTimeout, @Nullable PrintWriter log) {}

  /** Returns those of the current thread. */
  public static Surroundings now() {
    Thread thread = Thread.currentThread();
    return new Surroundings(
        new OfThread(
            thread.getName(),
            thread.getPriority(),
            TaskThread.currentContextClassLoader(),
            thread.getUncaughtExceptionHandler()),
        new Defaults(
            TimeZone.getDefault(),
            Locale.getDefault(),
            Locale.getDefault(Category.DISPLAY),
            Locale.getDefault(Category.FORMAT),
            Thread.getDefaultUncaughtExceptionHandler()),
        new Streams(System.in, System.out, System.err),
        new OfDrivers(DriverManager.getLoginTimeout(), DriverManager.getLogWriter()),
        thread.getThreadGroup().getMaxPriority());
  }

  /** Brings the current thread and its JVM back to these. */
  @SuppressWarnings("ThreadPriorityCheck")
  public void restore() {
    // What was there before is asked, and not what a task has put in its place.
    if (equals(now())) {
      return;
    }
    Thread current = Thread.currentThread();
    allow(current.getThreadGroup(), mostPriority);
    current.setUncaughtExceptionHandler(null);
    current.setName(thread.name);
    current.setPriority(thread.priority);
    current.setContextClassLoader(thread.contextClassLoader);
    TimeZone.setDefault(defaults.timeZone);
    Locale.setDefault(defaults.locale);
    Locale.setDefault(Category.DISPLAY, defaults.display);
    Locale.setDefault(Category.FORMAT, defaults.format);
    Thread.setDefaultUncaughtExceptionHandler(defaults.uncaught);
    System.setIn(streams.in);
    System.setOut(streams.out);
    System.setErr(streams.err);
    DriverManager.setLoginTimeout(drivers.loginTimeout);
    DriverManager.setLogWriter(drivers.log);
  }

  /** Lets the threads of a group have a priority again, as no group allows more than its parent. */
  private static void allow(ThreadGroup group, int priority) {
    if (group.getMaxPriority() < priority) {
      if (group.getParent() != null) {
        allow(group.getParent(), priority);
      }
      group.setMaxPriority(priority);
    }
  }
}
