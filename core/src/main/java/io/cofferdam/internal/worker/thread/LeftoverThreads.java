package io.cofferdam.internal.worker.thread;

import io.cofferdam.internal.dialect.Dialect;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds threads that a task has left running: those of the whole JVM, in whatever group, but for
 *
 * <ul>
 *   <li>threads that were there before it, and those that the driver starts when it connects;
 *   <li>threads of the JDK, and of the driver where it has started them later;
 *   <li>threads that the initializer of a class has made, since that happens once in a JVM;
 *   <li>threads that the application has allowed by name.
 * </ul>
 *
 * <p>Names can be taken by anybody, so a name counts only if the thread is a daemon and runs code
 * of the JDK and of the driver alone. Virtual threads cannot be seen. Used by the task threads.
 */
public final class LeftoverThreads {

  private static final long PATIENCE_MILLIS = 50;
  private static final int MAX_NAMED = 5;
  private static final int MAX_FRAMES = 12;
  private static final int ROOM = 16;

  /** Threads that the JDK starts as plain ones, when a service of it is used. */
  private static final Pattern JDK_SERVICE =
      Pattern.compile(
          "CompletableFutureDelayScheduler|HttpClient-\\d+-Worker-\\d+|Attach Listener"
              + "|process reaper.*|RMI .*|JMX .*|JFR .*");

  private final ThreadGroup root;
  private final Dialect dialect;
  private final List<Pattern> allowed;
  private final Set<Thread> known = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<Thread> excused = Collections.newSetFromMap(new IdentityHashMap<>());
  private Thread[] seen = new Thread[ROOM];
  private String driver = "";

  public LeftoverThreads(Dialect dialect, Collection<String> allowed) {
    this.dialect = dialect;
    this.allowed = allowed.stream().map(LeftoverThreads::pattern).toList();
    root = root();
    known.addAll(present());
  }

  /** Returns all threads that live. */
  public Set<Thread> present() {
    int count = look();
    Set<Thread> present = Collections.newSetFromMap(new IdentityHashMap<>());
    present.addAll(Arrays.asList(seen).subList(0, count));
    return present;
  }

  /**
   * Takes the threads that have begun while a connection was opened as those of the driver.
   *
   * @param before the threads that were {@link #present} before
   */
  public void connected(Set<Thread> before, Class<?> connection) {
    driver = packageOf(connection.getName());
    known.removeIf(thread -> !thread.isAlive());
    excused.removeIf(thread -> !thread.isAlive());
    excuseThoseSince(before);
  }

  /**
   * Takes the threads that have begun while no task ran as those of the driver.
   *
   * @param before the threads that were {@link #present} before
   */
  public void excuseThoseSince(Set<Thread> before) {
    Set<Thread> begun = present();
    begun.removeAll(before);
    known.addAll(begun);
  }

  /** Returns whether any thread lives that is neither the worker's nor the driver's. */
  public boolean any() {
    int count = look();
    for (int i = 0; i < count; i++) {
      if (!(seen[i] instanceof TaskThread) && !known.contains(seen[i])) {
        return true;
      }
    }
    return false;
  }

  /** Describes the threads of the task that do not end shortly; null if there are none. */
  public @Nullable String describe(ThreadBirths births) {
    if (!any() || find(births).isEmpty()) {
      return null;
    }
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    for (Thread thread : find(births)) {
      long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
      if (left > 0) {
        join(thread, left);
      }
    }
    List<Thread> left = find(births);
    return left.isEmpty()
        ? null
        : "a task left threads running, which workerThreadsAllowed(...) would let live: "
            + left.stream()
                .limit(MAX_NAMED)
                .map(thread -> describe(thread, births))
                .collect(Collectors.joining("; "))
            + (left.size() > MAX_NAMED ? "; and " + (left.size() - MAX_NAMED) + " more" : "");
  }

  private int look() {
    int count = root.enumerate(seen, true);
    while (count == seen.length) {
      seen = new Thread[2 * seen.length];
      count = root.enumerate(seen, true);
    }
    return count;
  }

  private List<Thread> find(ThreadBirths births) {
    int count = look();
    List<Thread> found = new ArrayList<>();
    for (Thread thread : Arrays.asList(seen).subList(0, count)) {
      if (births.isOfClassInitializer(thread)) {
        excused.add(thread);
      } else if (isMadeByDriver(thread, births)) {
        known.add(thread);
      }
      if (!(thread instanceof TaskThread)
          && !known.contains(thread)
          && !excused.contains(thread)
          && !isOfTheJdk(thread)
          && allowed.stream().noneMatch(name -> name.matcher(thread.getName()).matches())) {
        found.add(thread);
      }
    }
    return found;
  }

  private boolean isOfTheJdk(Thread thread) {
    if (thread instanceof ForkJoinWorkerThread worker
        && worker.getPool() == ForkJoinPool.commonPool()) {
      return ForkJoinPool.commonPool().isQuiescent();
    }
    Class<?> type = thread.getClass();
    boolean isService =
        isOfTheJdk(type.getClassLoader())
            && type != Thread.class
            && !type.getName().equals("java.util.TimerThread")
            && type != ForkJoinWorkerThread.class;
    boolean isNamedSo =
        JDK_SERVICE.matcher(thread.getName()).matches() || dialect.driver().owns(thread);
    return isService || (isNamedSo && thread.isDaemon() && runsNoCodeOfTasks(thread));
  }

  /** Returns whether the driver's own code has made a thread that has a name of the driver's. */
  private boolean isMadeByDriver(Thread thread, ThreadBirths births) {
    String place = births.placeOf(thread);
    return place != null && dialect.driver().owns(thread) && place.contains(driver + ".");
  }

  private static boolean isOfTheJdk(@Nullable ClassLoader loader) {
    return loader == null || loader == ClassLoader.getPlatformClassLoader();
  }

  /** What a thread that has only just been started runs cannot be told. */
  private boolean runsNoCodeOfTasks(Thread thread) {
    StackTraceElement[] stack = thread.getStackTrace();
    return stack.length > 1
        && Arrays.stream(stack)
            .allMatch(
                frame ->
                    frame.getModuleName() != null
                        || packageOf(frame.getClassName()).equals(driver));
  }

  private static String describe(Thread thread, ThreadBirths births) {
    String place = births.placeOf(thread);
    String stack =
        Arrays.stream(thread.getStackTrace())
            .limit(MAX_FRAMES)
            .map(StackTraceElement::toString)
            .collect(Collectors.joining(" < "));
    return "'"
        + thread.getName()
        + "'"
        + (place == null ? "" : ", made at " + place)
        + (stack.isEmpty() ? "" : ", now at " + stack);
  }

  /** Returns the first two parts of the name of a class, which name who has written it. */
  private static String packageOf(String className) {
    int second = className.indexOf('.', className.indexOf('.') + 1);
    return second < 0 ? className : className.substring(0, second);
  }

  private static Pattern pattern(String glob) {
    return Pattern.compile(
        Arrays.stream(glob.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
  }

  private static ThreadGroup root() {
    ThreadGroup group = Thread.currentThread().getThreadGroup();
    while (group.getParent() != null) {
      group = group.getParent();
    }
    return group;
  }

  private static void join(Thread thread, long millis) {
    try {
      thread.join(millis);
    } catch (InterruptedException e) {
      System.err.println("interrupted by a thread that a task left running");
    }
  }
}
