package io.cofferdam.internal.concurrency;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * A pool and its database, simulated event by event: clients that give a task after the other, a
 * queue, workers, and tasks that wait for something and compute on a few processors. Each one more
 * that computes than there are processors makes all of them slower by a share.
 */
final class SimulatedPool {

  /**
   * What a task does.
   *
   * @param waits how long it waits for something far away
   * @param computes how long it would occupy a processor
   * @param lock which lock it holds all the time, or -1
   * @param succeeds whether it succeeds
   */
  record Task(long waits, long computes, int lock, boolean succeeds) {
    static Task computing(double millis) {
      return new Task(0, nanos(millis), -1, true);
    }

    static Task waiting(double millis) {
      return new Task(nanos(millis), 1_000, -1, true);
    }

    Task locking(int which) {
      return new Task(waits, computes, which, succeeds);
    }

    Task failing() {
      return new Task(waits, computes, lock, false);
    }

    Task stretched(double factor) {
      return new Task((long) (waits * factor), (long) (computes * factor), lock, succeeds);
    }
  }

  private static final class Running {
    final Task task;
    final long startedNanos;
    double waitLeft;
    double computeLeft;
    boolean overdue;
    boolean hasLock;

    Running(Task task, long nowNanos) {
      this.task = task;
      startedNanos = nowNanos;
      waitLeft = task.waits;
      computeLeft = task.computes;
      hasLock = task.lock < 0;
    }
  }

  private final ConcurrencyLimit limit;
  private final int workers;
  private final int processors;
  private final double penalty;
  private final Random random;

  private final List<Running> running = new ArrayList<>();
  private final ArrayDeque<Integer> locksHeld = new ArrayDeque<>();
  private Function<Random, Task> work = any -> Task.computing(1);
  private double arrivalNanos = Double.POSITIVE_INFINITY;
  private double nextArrival = Double.POSITIVE_INFINITY;
  private double now;
  private int clients;
  private int waiting;
  private int overdue;
  private long done;
  private double residence;

  SimulatedPool(ConcurrencyLimit limit, int workers, int processors, double penalty, long seed) {
    this.limit = limit;
    this.workers = workers;
    this.processors = processors;
    this.penalty = penalty;
    random = new Random(seed);
  }

  static long nanos(double millis) {
    return (long) (millis * 1e6);
  }

  /** Sets what tasks do from now on. */
  void work(Function<Random, Task> newWork) {
    work = newWork;
  }

  /** Sets how many clients give a task as soon as the one before is done. */
  void clients(int newClients) {
    waiting += Math.max(0, newClients - clients);
    clients = newClients;
  }

  /** Has tasks come by themselves, at random times. */
  void arrivalsPerSecond(double rate) {
    arrivalNanos = 1e9 / rate;
    nextArrival = now + exponential(arrivalNanos);
  }

  /** Returns how many seconds have passed. */
  double seconds() {
    return now / 1e9;
  }

  /** Returns how many tasks are running. */
  int running() {
    return running.size();
  }

  /** Returns how many are running or waiting on average while this runs. */
  double runAndGetPopulation(double seconds) {
    residence = 0;
    run(seconds);
    return residence / (seconds * 1e9);
  }

  /** Returns how many tasks succeed per second while this runs. */
  @CanIgnoreReturnValue
  double run(double seconds) {
    long before = done;
    double end = now + seconds * 1e9;
    dispatch();
    while (now < end) {
      step(end);
    }
    return (done - before) / seconds;
  }

  /** Runs until the limit is at least this; returns how many seconds that took, at most these. */
  double secondsUntil(int wanted, double most) {
    double start = now;
    double end = now + most * 1e9;
    dispatch();
    while (now < end && limit.limit() < wanted) {
      step(end);
    }
    return (now - start) / 1e9;
  }

  private void step(double end) {
    double speed = speed();
    double next = Math.min(end, nextArrival);
    for (Running each : running) {
      next = Math.min(next, endOfPhase(each, speed));
      if (!each.overdue) {
        next =
            Math.min(next, Math.max(now + 1, (double) (each.startedNanos + limit.overdueNanos())));
      }
    }
    advance(next - now, speed);
    now = next;
    if (now >= nextArrival) {
      waiting++;
      nextArrival = now + exponential(arrivalNanos);
    }
    look();
    dispatch();
  }

  private double endOfPhase(Running each, double speed) {
    if (!each.hasLock) {
      return Double.POSITIVE_INFINITY;
    }
    return now + (each.waitLeft > 0 ? each.waitLeft : each.computeLeft / speed);
  }

  private double speed() {
    long computing = running.stream().filter(each -> each.hasLock && each.waitLeft <= 0).count();
    double tooMany = Math.max(0, computing - processors);
    return Math.min(1, processors / (double) Math.max(1, computing)) / (1 + penalty * tooMany);
  }

  private void advance(double nanos, double speed) {
    residence += nanos * (running.size() + waiting);
    for (Running each : running) {
      if (each.hasLock && each.waitLeft > 0) {
        each.waitLeft -= nanos;
        if (each.waitLeft < 1) {
          each.waitLeft = 0;
        }
      } else if (each.hasLock) {
        each.computeLeft -= nanos * speed;
      }
    }
  }

  private void look() {
    for (Running each : List.copyOf(running)) {
      if (each.hasLock && each.waitLeft <= 0 && each.computeLeft < 1) {
        end(each);
      } else if (!each.overdue && now - each.startedNanos >= limit.overdueNanos()) {
        each.overdue = true;
        overdue++;
        limit.overdue((long) now, overdue);
      }
    }
  }

  private void end(Running each) {
    running.remove(each);
    if (each.overdue) {
      overdue--;
    }
    done += each.task.succeeds ? 1 : 0;
    waiting += arrivalNanos == Double.POSITIVE_INFINITY ? 1 : 0;
    if (running.size() + waiting > clients && arrivalNanos == Double.POSITIVE_INFINITY) {
      waiting--;
    }
    if (each.task.lock >= 0) {
      locksHeld.remove(each.task.lock);
    }
    limit.completed(
        (long) now,
        (long) now - each.startedNanos,
        each.task.succeeds,
        new ConcurrencyLimit.Others(running.size() - overdue, overdue, waiting));
    dispatch();
  }

  private void dispatch() {
    while (waiting > 0 && running.size() < workers && running.size() - overdue < limit.limit()) {
      waiting--;
      running.add(new Running(work.apply(random), (long) now));
    }
    for (Running each : running) {
      if (!each.hasLock && !locksHeld.contains(each.task.lock)) {
        locksHeld.add(each.task.lock);
        each.hasLock = true;
      }
    }
  }

  private double exponential(double mean) {
    return -mean * Math.log(1 - random.nextDouble());
  }
}
