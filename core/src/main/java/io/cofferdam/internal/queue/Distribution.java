package io.cofferdam.internal.queue;

import static java.util.Objects.requireNonNull;

import io.cofferdam.internal.task.PendingTask;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which of the tasks that wait goes to which taker, and when. Guarded by the lock of the {@link
 * FairQueue}. Invariant: while a taker is idle and one more task may run, no more tasks wait that
 * are not held than there are takers about to be ready.
 */
final class Distribution {

  private final WaitingTasks waiting;
  private final RoundRobin takeable;
  private final Places places;

  /** The takers that wait for a task, the one that was busy last first. */
  private final ArrayDeque<Taker> idle = new ArrayDeque<>();

  /**
   * @param takeable those of the tasks that wait which are not held
   */
  Distribution(WaitingTasks waiting, RoundRobin takeable, Places places) {
    this.waiting = waiting;
    this.takeable = takeable;
    this.places = places;
  }

  /** Returns whether a task that comes now has to wait for the end of another one. */
  boolean isFull() {
    return idle.isEmpty() || !places.isFree();
  }

  /**
   * Lets a task wait that may run, behind the others of its client's, or hands it over without its
   * waiting. Returns what is to be handed over, which is another one if others wait; or null.
   */
  @Nullable HandOver add(PendingTask task) {
    if (takeable.size() == 0 && hasTakerFor(1)) {
      return handOver(task);
    }
    waiting.addLast(task);
    return next();
  }

  /** Takes the next task for a taker; null, after which that is idle, if none may run. */
  @Nullable PendingTask take(Taker taker) {
    PendingTask task = places.isFree() ? waiting.poll() : null;
    if (task == null) {
      idle.addFirst(taker);
    } else {
      places.enter(taker.place());
    }
    return task;
  }

  /** Returns one task that is to be handed over, or null. */
  @Nullable HandOver next() {
    return hasTakerFor(takeable.size())
        ? handOver(requireNonNull(waiting.poll(), "no task waits"))
        : null;
  }

  /** Returns all that are to be handed over now. */
  List<HandOver> all() {
    HandOver next = next();
    if (next == null) {
      return List.of();
    }
    List<HandOver> all = new ArrayList<>();
    while (next != null) {
      all.add(next);
      next = next();
    }
    return all;
  }

  /** Takes an idle taker for something else than a task; null if none is idle. */
  @Nullable Taker pollIdle() {
    return idle.pollFirst();
  }

  /** Notes that a taker is not idle any more; false if it was not. */
  boolean removeIdle(Taker taker) {
    return idle.removeFirstOccurrence(taker);
  }

  int idleCount() {
    return idle.size();
  }

  /** Returns whether an idle taker is to be woken if so many tasks wait. */
  private boolean hasTakerFor(int waitingTasks) {
    return !idle.isEmpty() && waitingTasks > places.soonReady() && places.isFree();
  }

  private HandOver handOver(PendingTask task) {
    Taker taker = requireNonNull(idle.pollFirst(), "no taker is idle");
    places.enter(taker.place());
    return new HandOver(taker, task);
  }
}
