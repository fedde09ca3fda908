package io.cofferdam.internal.worker;

import java.util.Locale;
import java.util.Locale.Category;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;

/** What a task may change of its thread and its JVM, and the next one would trip over. */
record Surroundings(
    String threadName,
    int priority,
    @Nullable ClassLoader contextClassLoader,
    TimeZone timeZone,
    Locale locale,
    Locale display,
    Locale format) {

  /** Returns those of the current thread. */
  static Surroundings now() {
    Thread thread = Thread.currentThread();
    return new Surroundings(
        thread.getName(),
        thread.getPriority(),
        TaskThread.currentContextClassLoader(),
        TimeZone.getDefault(),
        Locale.getDefault(),
        Locale.getDefault(Category.DISPLAY),
        Locale.getDefault(Category.FORMAT));
  }

  /** Brings the current thread back to these. */
  @SuppressWarnings("ThreadPriorityCheck")
  void restore() {
    Thread thread = Thread.currentThread();
    thread.setUncaughtExceptionHandler(null);
    Surroundings changed = now();
    if (changed.equals(this)) {
      return;
    }
    thread.setName(threadName);
    thread.setPriority(priority);
    thread.setContextClassLoader(contextClassLoader);
    TimeZone.setDefault(timeZone);
    Locale.setDefault(locale);
    Locale.setDefault(Category.DISPLAY, display);
    Locale.setDefault(Category.FORMAT, format);
  }
}
