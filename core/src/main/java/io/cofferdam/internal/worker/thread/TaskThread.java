package io.cofferdam.internal.worker.thread;

import org.jspecify.annotations.Nullable;

/**
 * A thread that runs tasks. It has a thread group of its own and sees the threads that tasks make
 * on it: the constructor of a thread asks the thread that makes it for its context class loader.
 */
public final class TaskThread extends Thread {

  static final String NAME = "cofferdam-task";

  private static final ThreadGroup GROUP = new ThreadGroup("cofferdam-tasks");

  private final ThreadBirths births = new ThreadBirths();

  @SuppressWarnings("ThreadPriorityCheck")
  private TaskThread(Runnable body) {
    super(GROUP, body, NAME, 0, false);
    setDaemon(false);
    setPriority(NORM_PRIORITY);
  }

  /** Starts a thread that has nothing of the current one but its context class loader. */
  public static void start(Runnable body, @Nullable ClassLoader contextClassLoader) {
    TaskThread thread = new TaskThread(body);
    thread.setContextClassLoader(contextClassLoader);
    thread.start();
  }

  /** Returns what the current thread has seen, which sees nothing if it runs no tasks. */
  public static ThreadBirths births() {
    return Thread.currentThread() instanceof TaskThread thread ? thread.births : new ThreadBirths();
  }

  /** Returns the current thread's context class loader, unseen by its births. */
  public static @Nullable ClassLoader currentContextClassLoader() {
    return Thread.currentThread() instanceof TaskThread thread
        ? thread.ownContextClassLoader()
        : Thread.currentThread().getContextClassLoader();
  }

  private @Nullable ClassLoader ownContextClassLoader() {
    return super.getContextClassLoader();
  }

  @Override
  public @Nullable ClassLoader getContextClassLoader() {
    ThreadBirths seen = births;
    if (seen != null && Thread.currentThread() == this) {
      seen.look();
    }
    return super.getContextClassLoader();
  }
}
