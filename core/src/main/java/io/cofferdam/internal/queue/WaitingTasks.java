package io.cofferdam.internal.queue;

import io.cofferdam.TransactionRejectedException.Reason;
import io.cofferdam.internal.task.ClientQueue;
import io.cofferdam.internal.task.PendingTask;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that wait. Each is counted by the limits and has its deadline in the timetable, and is
 * one of three things: takeable, in its client's turn; held behind another one with its key; or
 * held until a time. Guarded by the lock of the {@link FairQueue}.
 */
final class WaitingTasks {

  private final QueueLimits limits;
  private final RoundRobin takeable;
  private final KeyLines keys = new KeyLines();
  private final Timetable times;

  /**
   * Creates an empty one.
   *
   * @param takeable where those that are not held wait for their client's turn
   * @param changed a condition of the queue's lock
   */
  WaitingTasks(QueueLimits limits, RoundRobin takeable, Condition changed) {
    this.limits = limits;
    this.takeable = takeable;
    times = new Timetable(changed);
  }

  /** Returns why one more task of this client may not wait, or null. */
  @Nullable Reason full(ClientQueue client) {
    return limits.full(client);
  }

  /** Returns whether another task with its key has no answer yet. */
  boolean isBehindAnother(PendingTask task) {
    return keys.holds(task);
  }

  /** Holds a task behind the one that has its key; false if it is the one that may run. */
  boolean holdBehindAnother(PendingTask task) {
    if (keys.admit(task)) {
      return false;
    }
    add(task);
    return true;
  }

  /** Makes the task the last of its client's. */
  void addLast(PendingTask task) {
    add(task);
    takeable.addLast(task);
  }

  /** Makes the task the first of all. */
  void addFirst(PendingTask task) {
    add(task);
    takeable.addFirst(task);
  }

  /** Holds a task until a time. */
  void hold(PendingTask task, long untilNanos) {
    add(task);
    times.hold(task, untilNanos);
  }

  private void add(PendingTask task) {
    limits.waits(task);
    times.add(task);
  }

  /** Takes the next task whose turn it is; null if there is none. */
  @Nullable PendingTask poll() {
    PendingTask task = takeable.poll();
    if (task != null) {
      leave(task);
    }
    return task;
  }

  /** Removes a task; false if it does not wait. */
  boolean remove(PendingTask task) {
    if (!times.contains(task)) {
      return false;
    }
    unlink(task);
    return true;
  }

  /**
   * Removes the last takeable tasks of a client, as many as that at most; returns them in order.
   */
  List<PendingTask> removeLast(ClientQueue client, int most) {
    List<PendingTask> removed = new ArrayList<>();
    PendingTask last = takeable.removeLast(client);
    while (last != null) {
      leave(last);
      removed.add(last);
      last = removed.size() < most ? takeable.removeLast(client) : null;
    }
    Collections.reverse(removed);
    return removed;
  }

  /** Removes and returns the held tasks of a client, behind a key or until a time. */
  List<PendingTask> removeHeld(ClientQueue client) {
    List<PendingTask> held = new ArrayList<>(times.heldOf(client));
    held.addAll(keys.heldOf(client));
    held.forEach(this::unlink);
    return held;
  }

  /** Removes and returns the tasks whose deadline has passed. */
  List<PendingTask> removeExpired(long nowNanos) {
    List<PendingTask> expired = times.expired(nowNanos);
    expired.forEach(this::unlink);
    return expired;
  }

  /** Removes and returns all, and wakes the thread that waits in {@link #awaitTimes}. */
  List<PendingTask> removeAll() {
    List<PendingTask> all = times.all();
    all.forEach(this::unlink);
    times.wake();
    return all;
  }

  /**
   * Notes that a task has its answer. Returns the one behind it, which may run now and is held no
   * more, or null: {@link #addAhead} or {@link #leave} has to follow.
   */
  @Nullable PendingTask answered(PendingTask task) {
    return keys.answered(task);
  }

  /**
   * Returns a task whose time has come, which is held no more, or null: {@link #addAhead} or {@link
   * #leave} has to follow.
   */
  @Nullable PendingTask pollHeld(long nowNanos) {
    return times.pollHeld(nowNanos);
  }

  /** Makes a task that was held the first of its client's. */
  void addAhead(PendingTask task) {
    takeable.addAhead(task);
  }

  /** Notes that a task that was held does not wait any more. */
  void leave(PendingTask task) {
    limits.waitsNoMore(task);
    times.remove(task);
  }

  /** Waits until a time of a task may have come. */
  void awaitTimes() throws InterruptedException {
    times.await();
  }

  /** Returns how many wait, those that are held among them. */
  int size() {
    return times.size();
  }

  private void unlink(PendingTask task) {
    if (!times.letGo(task) && !keys.leave(task)) {
      takeable.remove(task);
    }
    leave(task);
  }
}
