package io.cofferdam.internal.queue;

import io.cofferdam.internal.task.ClientQueue;
import io.cofferdam.internal.task.PendingTask;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that have a key: for each key one that may run, and a line of those that are held until
 * it has its answer. Guarded by the lock of the {@link FairQueue}.
 */
final class KeyLines {

  private static final class Line {
    private PendingTask first;
    private final ArrayDeque<PendingTask> behind = new ArrayDeque<>(2);

    Line(PendingTask first) {
      this.first = first;
    }
  }

  private final Map<String, Line> lines = new HashMap<>();

  /** Returns whether the task would be held. */
  boolean holds(PendingTask task) {
    String key = task.key();
    return key != null && lines.containsKey(key);
  }

  /** Returns whether the task may run; if not, it stands in line now. */
  boolean admit(PendingTask task) {
    String key = task.key();
    if (key == null) {
      return true;
    }
    Line line = lines.get(key);
    if (line == null) {
      lines.put(key, new Line(task));
      return true;
    }
    line.behind.addLast(task);
    return false;
  }

  /** Takes a task out of the line that it stands in; false if it is not held. */
  boolean leave(PendingTask task) {
    String key = task.key();
    Line line = key == null ? null : lines.get(key);
    return line != null && line.behind.remove(task);
  }

  /** Notes that a task has its answer. Returns the one that may run now, or null. */
  @Nullable PendingTask answered(PendingTask task) {
    String key = task.key();
    Line line = key == null ? null : lines.get(key);
    if (line == null || line.first != task) {
      return null;
    }
    PendingTask next = line.behind.pollFirst();
    if (next == null) {
      lines.remove(key);
    } else {
      line.first = next;
    }
    return next;
  }

  /** Returns the held tasks of a client. */
  List<PendingTask> heldOf(ClientQueue client) {
    List<PendingTask> held = new ArrayList<>();
    for (Line line : lines.values()) {
      for (PendingTask task : line.behind) {
        if (task.client() == client) {
          held.add(task);
        }
      }
    }
    return held;
  }
}
