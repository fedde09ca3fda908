package io.cofferdam.internal.worker.thread;

import java.lang.StackWalker.StackFrame;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where the current task has made threads, by their ids. Only the first threads of a task are
 * noted. Used by the task thread alone.
 */
public final class ThreadBirths {

  private static final int MAX_NOTED = 64;
  private static final int MAX_FRAMES = 12;

  /**
   * How far the id of a thread in its constructor is from that of one that is made meanwhile: JDKs
   * before 19 give it its id after it has asked for the context class loader, later ones before.
   */
  private static final long DISTANCE = Runtime.version().feature() < 19 ? 1 : -1;

  private final Map<Long, Birth> noted = new HashMap<>();
  private String runner = "";
  private boolean any;
  private boolean looking;

  /** Looks whether the caller's caller is the constructor of a thread, and notes it. */
  void look() {
    if (looking) {
      return;
    }
    looking = true;
    try {
      List<StackFrame> frames =
          StackWalker.getInstance().walk(stack -> stack.skip(2).limit(1).toList());
      if (!frames.isEmpty() && frames.get(0).getClassName().equals("java.lang.Thread")) {
        any = true;
        if (noted.size() < MAX_NOTED) {
          long id = new Thread(null, null, "cofferdam-probe", 0, false).getId() + DISTANCE;
          noted.put(id, birth());
        }
      }
    } finally {
      looking = false;
    }
  }

  /** Returns whether a thread has been made since the last {@link #begin}. */
  public boolean any() {
    return any;
  }

  /**
   * Begins with a task: forgets the threads of the one before.
   *
   * @param runner the package whose code calls what a task brings along; the frames from there on
   *     are none of the task's
   */
  public void begin(String runner) {
    this.runner = runner;
    if (any) {
      noted.clear();
      any = false;
    }
  }

  /** Returns whether a thread was made while a class was being initialized. */
  boolean isOfClassInitializer(Thread thread) {
    Birth birth = noted.get(thread.getId());
    return birth != null && birth.inClassInitializer();
  }

  /** Returns the frames that made a thread, the innermost first, or null if they are not known. */
  @Nullable String placeOf(Thread thread) {
    Birth birth = noted.get(thread.getId());
    return birth == null ? null : birth.place();
  }

  private Birth birth() {
    List<StackFrame> frames =
        StackWalker.getInstance()
            .walk(
                stack ->
                    stack
                        .filter(frame -> !isOurs(frame.getClassName()))
                        .takeWhile(frame -> !isOf(runner, frame.getClassName()))
                        .toList());
    return new Birth(
        frames.stream().anyMatch(frame -> frame.getMethodName().equals("<clinit>")),
        frames.stream()
            .filter(frame -> !frame.getClassName().equals("java.lang.Thread"))
            .limit(MAX_FRAMES)
            .map(frame -> frame.toStackTraceElement().toString())
            .collect(Collectors.joining(" < ")));
  }

  private static boolean isOf(String packageName, String className) {
    return !packageName.isEmpty() && className.startsWith(packageName + ".");
  }

  private static boolean isOurs(String className) {
    return className.equals(ThreadBirths.class.getName())
        || className.equals(TaskThread.class.getName());
  }

  private record Birth(boolean inClassInitializer, String place) {}
}
