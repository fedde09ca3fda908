package io.cofferdam.benchmarks.queue;

import io.cofferdam.internal.queue.Place;
import io.cofferdam.internal.queue.Taker;
import io.cofferdam.internal.task.PendingTask;
import io.cofferdam.internal.task.Work;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * As many tasks as the queue takes, from a few threads to a thread for each taker, which answers at
 * once. As many tasks may wait as there are handles; a producer that is refused tries again a
 * moment later.
 */
final class Saturation implements QueueMeasurement {

  static final String TASKS = "tasks";
  static final String CPU = "CPU";
  static final String LENGTH = "length";
  static final String WAITING = "threads at the lock";
  static final String WAIT = "wait for the lock";

  private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(50);
  private static final int LEAD_IN = 3;

  private final QueueOrder order;
  private final QueueRig rig;
  private volatile boolean stopped;

  Saturation(QueueOrder order) {
    this.order = order;
    this.rig = new QueueRig(order, order.handles());
  }

  @Override
  public Map<String, Double> take() throws InterruptedException {
    List<Link> links = Stream.generate(Link::new).limit(order.takers()).toList();
    List<Thread> threads = new ArrayList<>(links);
    for (int i = 0; i < order.producers(); i++) {
      int first = i;
      threads.add(new Thread(() -> produce(first), "producer-" + i));
    }
    try (rig) {
      threads.forEach(Thread::start);
      try {
        Thread.sleep(order.millis() / LEAD_IN);
        return measure(threads);
      } finally {
        stopped = true;
        links.forEach(LockSupport::unpark);
        for (Thread thread : threads) {
          thread.join();
        }
      }
    }
  }

  private Map<String, Double> measure(List<Thread> threads) throws InterruptedException {
    LockWatch watch = new LockWatch(rig.queue(), threads);
    long begin = System.nanoTime();
    long cpu = watch.cpuNanos();
    long answered = rig.answered();
    do {
      watch.watch(order.millis());
    } while (rig.answered() == answered);
    double tasks = rig.answered() - answered;
    double cpuNanos = watch.cpuNanos() - cpu;
    double seconds = (System.nanoTime() - begin) / 1e9;
    Map<String, Double> values = new LinkedHashMap<>();
    values.put(TASKS, tasks / seconds);
    values.put(CPU, cpuNanos / tasks);
    values.put(LENGTH, watch.meanLength());
    values.put(WAITING, watch.meanWaiting());
    values.put(WAIT, watch.meanWaiting() * seconds * 1e6 / tasks);
    return values;
  }

  private void produce(int first) {
    for (int i = first; !stopped; i = (i + order.producers()) % rig.handles()) {
      PendingTask task = rig.task(rig.handle(i));
      while (!rig.offer(task) && !stopped) {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  /** A taker with a thread of its own, which sleeps while it has nothing to do. */
  private final class Link extends Thread implements Taker {

    private final Place place = rig.queue().newPlace();
    private volatile @Nullable Work handedOver;

    @Override
    public void handOver(Work work) {
      handedOver = work;
      LockSupport.unpark(this);
    }

    @Override
    public Place place() {
      return place;
    }

    @Override
    public void run() {
      while (!stopped) {
        Work work = rig.queue().take(this);
        if (work == null) {
          work = awaitHandOver();
        }
        if (work instanceof PendingTask task) {
          rig.answer(place, task);
        }
      }
    }

    private @Nullable Work awaitHandOver() {
      Work work = handedOver;
      while (work == null && !stopped) {
        LockSupport.park();
        work = handedOver;
      }
      handedOver = null;
      return work;
    }
  }
}
