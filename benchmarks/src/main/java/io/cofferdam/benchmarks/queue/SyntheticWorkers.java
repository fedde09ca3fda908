package io.cofferdam.benchmarks.queue;

import io.cofferdam.internal.queue.Place;
import io.cofferdam.internal.queue.Taker;
import io.cofferdam.internal.task.PendingTask;
import io.cofferdam.internal.task.Work;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Workers that are no processes: each task takes some time, at random with a given mean, and is
 * then answered. One thread does for all of them what a link does for one: it answers, and takes
 * the next task. What was measured may be read once that thread has ended.
 */
final class SyntheticWorkers implements Runnable {

  private final QueueRig rig;
  private final double serviceNanos;
  private final List<Worker> workers;
  private final Histogram waits = new Histogram(3);

  private volatile boolean measuring;
  private volatile boolean stopped;

  private long busyNanos;
  private long queueNanos;

  /**
   * @param serviceNanos how long a task takes on average
   */
  SyntheticWorkers(QueueRig rig, int number, double serviceNanos) {
    this.rig = rig;
    this.serviceNanos = serviceNanos;
    workers = Stream.generate(Worker::new).limit(number).toList();
  }

  @Override
  public void run() {
    workers.forEach(Worker::next);
    while (!stopped) {
      boolean idle = true;
      for (Worker worker : workers) {
        idle &= !worker.look();
      }
      if (idle) {
        Thread.onSpinWait();
      }
    }
  }

  void measuring(boolean now) {
    measuring = now;
  }

  void stop() {
    stopped = true;
  }

  /** Returns how long the tasks that were answered had waited for a worker, in nanoseconds. */
  Histogram waits() {
    return waits;
  }

  /** Returns for how long workers were busy, in all. */
  double busyNanos() {
    return busyNanos;
  }

  /** Returns for how long the thread was in the queue, or answered. */
  double queueNanos() {
    return queueNanos;
  }

  private final class Worker implements Taker {

    private final Place place = rig.queue().newPlace();

    private long begunNanos;
    private long dueNanos;

    /** Written last by whoever brings a task, so that the times above are seen with it. */
    private volatile @Nullable PendingTask task;

    @Override
    public void handOver(Work work) {
      begunNanos = System.nanoTime();
      double random = ThreadLocalRandom.current().nextDouble();
      dueNanos = begunNanos + (long) (-Math.log(1 - random) * serviceNanos);
      task = (PendingTask) work;
    }

    @Override
    public Place place() {
      return place;
    }

    /** Answers the task if its time has come, and goes on; returns whether it has. */
    boolean look() {
      PendingTask running = task;
      if (running == null) {
        return false;
      }
      long now = System.nanoTime();
      if (now - dueNanos < 0) {
        return false;
      }
      if (measuring) {
        waits.recordValue(Math.max(0, begunNanos - running.createdNanos()));
        busyNanos += now - begunNanos;
      }
      // Once the queue sees this worker as idle, the other thread may bring it a task.
      task = null;
      rig.answer(place, running);
      next();
      if (measuring) {
        queueNanos += System.nanoTime() - now;
      }
      return true;
    }

    void next() {
      Work work = rig.queue().take(this);
      if (work != null) {
        handOver(work);
      }
    }
  }
}
