package io.cofferdam.benchmarks.queue;

import io.cofferdam.benchmarks.queue.QueueOrder.Kind;
import io.cofferdam.internal.queue.Place;
import io.cofferdam.internal.queue.Taker;
import io.cofferdam.internal.task.ClientQueue;
import io.cofferdam.internal.task.PendingTask;
import io.cofferdam.internal.task.Work;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the queue takes of a processor for each task if nobody else wants its lock: one thread
 * offers, takes and answers. The same without a queue is measured beside it. The difference is
 * hardly more than the time for which the lock is held.
 */
final class OneThread implements QueueMeasurement {

  static final String WITH = "with the queue";
  static final String WITHOUT = "without it";
  static final String DIFFERENCE = "in the queue";

  /** How many tasks go by between two looks at the clock. */
  private static final int BATCH = 100;

  /** How often each of the two has its turn, so that a change of the machine's speed hits both. */
  private static final int TURNS = 4;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final QueueOrder order;

  OneThread(QueueOrder order) {
    this.order = order;
  }

  @Override
  public Map<String, Double> take() {
    try (QueueRig rig = new QueueRig(order, Integer.MAX_VALUE)) {
      List<StepTaker> takers =
          Stream.generate(() -> new StepTaker(rig)).limit(order.takers()).toList();
      Runnable step = order.kind() == Kind.WAITING ? waiting(rig, takers) : handedOver(rig, takers);
      Cost without = new Cost(new WithoutQueue(rig));
      Cost with = new Cost(step);
      // The first turns make the JVM compile the code, and do not count.
      turn(without, with);
      without.forget();
      with.forget();
      for (int i = 0; i < TURNS; i++) {
        turn(without, with);
      }
      double difference = with.nanosPerTask() - without.nanosPerTask();
      return Map.of(
          WITH, with.nanosPerTask(),
          WITHOUT, without.nanosPerTask(),
          DIFFERENCE, difference);
    }
  }

  private void turn(Cost without, Cost with) {
    long nanos = TimeUnit.MILLISECONDS.toNanos(order.millis()) / (2 * TURNS);
    without.spend(nanos);
    with.spend(nanos);
  }

  /** What a step takes of the processor, on average over many. */
  private static final class Cost {

    private final Runnable step;
    private long cpuNanos;
    private long tasks;

    Cost(Runnable step) {
      this.step = step;
    }

    /** Repeats the step until it has used some processor time. */
    void spend(long nanos) {
      long begin = THREADS.getCurrentThreadCpuTime();
      long used = 0;
      while (used < nanos) {
        for (int i = 0; i < BATCH; i++) {
          step.run();
        }
        tasks += BATCH;
        used = THREADS.getCurrentThreadCpuTime() - begin;
      }
      cpuNanos += used;
    }

    void forget() {
      cpuNanos = 0;
      tasks = 0;
    }

    double nanosPerTask() {
      return (double) cpuNanos / tasks;
    }
  }

  /** Makes all takers busy, and one task of each handle wait. */
  private static Runnable waiting(QueueRig rig, List<StepTaker> takers) {
    takers.forEach(StepTaker::becomeIdle);
    for (int i = 0; i < takers.size(); i++) {
      rig.offer(rig.task(rig.handle(i % rig.handles())));
    }
    for (int i = 0; i < rig.handles(); i++) {
      rig.offer(rig.task(rig.handle(i)));
    }
    return new Waiting(rig, takers);
  }

  private static Runnable handedOver(QueueRig rig, List<StepTaker> takers) {
    takers.forEach(StepTaker::becomeIdle);
    return new HandedOver(rig, takers);
  }

  /** A taker whose task is answered as soon as the thread comes by. */
  private static final class StepTaker implements Taker {

    private final QueueRig rig;
    private final Place place;
    private @Nullable PendingTask task;

    StepTaker(QueueRig rig) {
      this.rig = rig;
      this.place = rig.queue().newPlace();
    }

    void becomeIdle() {
      if (rig.queue().take(this) != null) {
        throw new IllegalStateException("a task waits in an empty queue");
      }
    }

    boolean isBusy() {
      return task != null;
    }

    /** Answers its task and takes the next one; returns whose that is, or null. */
    @Nullable ClientQueue next() {
      PendingTask ended = task;
      if (ended != null) {
        rig.answer(place, ended);
      }
      task = (PendingTask) rig.queue().take(this);
      return task == null ? null : task.client();
    }

    @Override
    public void handOver(Work work) {
      task = (PendingTask) work;
    }

    @Override
    public Place place() {
      return place;
    }
  }

  /** One taker after the other goes on to a task that waits, whose client offers the next one. */
  private static final class Waiting implements Runnable {

    private final QueueRig rig;
    private final List<StepTaker> takers;
    private int turn;

    Waiting(QueueRig rig, List<StepTaker> takers) {
      this.rig = rig;
      this.takers = takers;
    }

    @Override
    public void run() {
      turn = (turn + 1) % takers.size();
      ClientQueue taken = takers.get(turn).next();
      if (taken == null || !rig.offer(rig.task(taken))) {
        throw new IllegalStateException("the queue has not the tasks that it was given");
      }
    }
  }

  /** One handle after the other offers a task, which the taker that was busy last is handed. */
  private static final class HandedOver implements Runnable {

    private final QueueRig rig;
    private final StepTaker warmest;
    private int turn;

    HandedOver(QueueRig rig, List<StepTaker> takers) {
      this.rig = rig;
      this.warmest = takers.get(takers.size() - 1);
    }

    @Override
    public void run() {
      turn = (turn + 1) % rig.handles();
      if (!rig.offer(rig.task(rig.handle(turn))) || !warmest.isBusy() || warmest.next() != null) {
        throw new IllegalStateException("a task was not handed to the taker that was busy last");
      }
    }
  }

  /** The same tasks, answered at once. */
  private static final class WithoutQueue implements Runnable {

    private final QueueRig rig;
    private int turn;

    WithoutQueue(QueueRig rig) {
      this.rig = rig;
    }

    @Override
    public void run() {
      turn = (turn + 1) % rig.handles();
      rig.answerWithoutQueue(rig.task(rig.handle(turn)));
    }
  }
}
