package io.cofferdam.internal.queue;

import io.cofferdam.internal.task.ClientQueue;
import io.cofferdam.internal.task.PendingTask;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that wait, by their deadlines, and those of them that are held until a time; with the
 * alarm of the thread that looks after both. Guarded by the lock of the {@link FairQueue}.
 */
final class Timetable {

  private static final long ORIGIN = System.nanoTime();

  private final Condition changed;
  private final NavigableSet<PendingTask> byDeadline = sortedBy(PendingTask::deadlineNanos);
  private final NavigableSet<PendingTask> held = sortedBy(task -> task.heldUntilNanos);
  private long wakeAtNanos;
  private boolean wakeIsPlanned;

  /**
   * Creates an empty timetable.
   *
   * @param changed a condition of the queue's lock
   */
  Timetable(Condition changed) {
    this.changed = changed;
  }

  private static NavigableSet<PendingTask> sortedBy(ToLongFunction<PendingTask> nanos) {
    return new TreeSet<>(
        Comparator.comparingLong((PendingTask task) -> nanos.applyAsLong(task) - ORIGIN)
            .thenComparing(PendingTask::id));
  }

  /** Notes a task that waits, held or not. */
  void add(PendingTask task) {
    byDeadline.add(task);
    planWake(task.deadlineNanos());
  }

  /** Notes that a task does not wait any more. */
  void remove(PendingTask task) {
    byDeadline.remove(task);
  }

  boolean contains(PendingTask task) {
    return byDeadline.contains(task);
  }

  int size() {
    return byDeadline.size();
  }

  List<PendingTask> all() {
    return List.copyOf(byDeadline);
  }

  /** Holds a task that waits until a time. */
  void hold(PendingTask task, long untilNanos) {
    task.heldUntilNanos = untilNanos;
    held.add(task);
    planWake(untilNanos);
  }

  /** Ends that; false if the task is not held. */
  boolean letGo(PendingTask task) {
    return !held.isEmpty() && held.remove(task);
  }

  /** Returns the held tasks of a client. */
  List<PendingTask> heldOf(ClientQueue client) {
    return held.stream().filter(task -> task.client() == client).toList();
  }

  /** Returns the tasks whose deadline has passed. They still wait. */
  List<PendingTask> expired(long nowNanos) {
    List<PendingTask> expired = new ArrayList<>();
    for (PendingTask task : byDeadline) {
      if (task.deadlineNanos() - nowNanos > 0) {
        break;
      }
      expired.add(task);
    }
    return expired;
  }

  /** Lets go, and returns, a task that need not be held any more; null if there is none. */
  @Nullable PendingTask pollHeld(long nowNanos) {
    boolean due = !held.isEmpty() && held.first().heldUntilNanos - nowNanos <= 0;
    return due ? held.pollFirst() : null;
  }

  /**
   * Wakes the thread that looks after the times if it would sleep too long. Once it is to wake at a
   * time it does, even if that task is gone by then: so tasks that pass through the queue quickly
   * wake it once per timeout, not once per task.
   */
  private void planWake(long nanos) {
    if (!wakeIsPlanned || nanos - wakeAtNanos < 0) {
      wakeIsPlanned = true;
      wakeAtNanos = nanos;
      changed.signal();
    }
  }

  /** Waits for the planned wake or a change of the plan; may return early. */
  @SuppressWarnings("WaitNotInLoop")
  void await() throws InterruptedException {
    if (wakeIsPlanned && wakeAtNanos - System.nanoTime() <= 0) {
      wakeIsPlanned = false;
      if (!byDeadline.isEmpty()) {
        planWake(byDeadline.first().deadlineNanos());
      }
      if (!held.isEmpty()) {
        planWake(held.first().heldUntilNanos);
      }
    }
    if (wakeIsPlanned) {
      long unused = changed.awaitNanos(wakeAtNanos - System.nanoTime());
    } else {
      changed.await();
    }
  }

  /** Wakes the thread that waits, because there is nothing more to wait for. */
  void wake() {
    changed.signalAll();
  }
}
