package io.cofferdam.benchmarks.queue;

import io.cofferdam.internal.task.PendingTask;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Tasks that come at random, as often as they are asked for and however many wait, to workers that
 * are busy for {@value #UTILISATION} of the time. Two threads spin meanwhile, each of which needs a
 * processor: one offers the tasks, and one does what the threads of all links do.
 */
final class OpenLoop implements QueueMeasurement {

  static final double UTILISATION = 0.8;

  static final String OFFERED = "offered";
  static final String DONE = "done";
  static final String REFUSED = "refused";
  static final String P50 = "wait p50";
  static final String P99 = "wait p99";
  static final String MAX = "wait max";
  static final String LENGTH = "length";
  static final String BUSY = "busy workers";
  static final String CORE = "share of a core";
  static final String LATE = "late p99";
  static final String HAD = "processor time had";

  /** In how many parts the window is divided, to see whether the queue grows. */
  static final int PARTS = 10;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** What a pool allows by default. */
  private static final int MAX_QUEUED = 10_000;

  private static final double MICROS = 1e3;

  private final QueueOrder order;
  private final QueueRig rig;
  private final SyntheticWorkers workers;

  private volatile boolean measuring;
  private volatile boolean stopped;

  private final Histogram late = new Histogram(3);
  private final SplittableRandom random = new SplittableRandom();
  private long offered;
  private long refused;
  private long offeringNanos;

  OpenLoop(QueueOrder order) {
    this.order = order;
    rig = new QueueRig(order, MAX_QUEUED);
    double serviceNanos = UTILISATION * order.takers() / order.rate() * 1e9;
    workers = new SyntheticWorkers(rig, order.takers(), serviceNanos);
  }

  /** Returns the name of the metric of a part of the window. */
  static String lengthIn(int part) {
    return "length in part " + part;
  }

  @Override
  public Map<String, Double> take() throws InterruptedException {
    Thread offering = new Thread(this::offerAll, "offering");
    Thread links = new Thread(workers, "links");
    try (rig) {
      links.start();
      offering.start();
      Thread.sleep(order.millis() / 2);
      long begin = System.nanoTime();
      long cpu = cpuNanos(offering) + cpuNanos(links);
      measuring = true;
      workers.measuring(true);
      List<Double> lengths = watch();
      measuring = false;
      workers.measuring(false);
      double cpuNanos = cpuNanos(offering) + cpuNanos(links) - cpu;
      double seconds = (System.nanoTime() - begin) / 1e9;
      stopped = true;
      offering.join();
      workers.stop();
      links.join();
      Map<String, Double> values = values(seconds, lengths);
      values.put(HAD, 100 * cpuNanos / (2 * seconds * 1e9));
      return values;
    }
  }

  private static long cpuNanos(Thread thread) {
    return THREADS.getThreadCpuTime(thread.getId());
  }

  /** Returns the mean length of the queue in each part of the window. */
  private List<Double> watch() throws InterruptedException {
    List<Double> lengths = new ArrayList<>();
    long begin = System.nanoTime();
    long partNanos = TimeUnit.MILLISECONDS.toNanos(order.millis()) / PARTS;
    for (int part = 1; part <= PARTS; part++) {
      long sum = 0;
      long looks = 0;
      do {
        sum += rig.queue().size();
        looks++;
        Thread.sleep(1);
      } while (System.nanoTime() - begin < part * partNanos);
      lengths.add((double) sum / looks);
    }
    return lengths;
  }

  /** Offers tasks at random until it is stopped. One that is late does not delay the next one. */
  private void offerAll() {
    double meanNanos = 1e9 / order.rate();
    double next = System.nanoTime();
    while (!stopped) {
      next -= Math.log(1 - random.nextDouble()) * meanNanos;
      long due = (long) next;
      long now = System.nanoTime();
      while (now - due < 0 && !stopped) {
        Thread.onSpinWait();
        now = System.nanoTime();
      }
      offer(now - due);
    }
  }

  private void offer(long lateNanos) {
    PendingTask task = rig.task(rig.handle(random.nextInt(rig.handles())));
    long begin = System.nanoTime();
    boolean admitted = rig.offer(task);
    long end = System.nanoTime();
    if (measuring) {
      late.recordValue(Math.max(0, lateNanos));
      offered++;
      refused += admitted ? 0 : 1;
      offeringNanos += end - begin;
    }
  }

  private Map<String, Double> values(double seconds, List<Double> lengths) {
    Histogram waits = workers.waits();
    Map<String, Double> values = new LinkedHashMap<>();
    values.put(OFFERED, offered / seconds);
    values.put(DONE, waits.getTotalCount() / seconds);
    values.put(REFUSED, refused / seconds);
    values.put(P50, waits.getValueAtPercentile(50) / MICROS);
    values.put(P99, waits.getValueAtPercentile(99) / MICROS);
    values.put(MAX, waits.getMaxValue() / MICROS);
    values.put(LENGTH, lengths.stream().mapToDouble(Double::doubleValue).average().orElse(0));
    values.put(BUSY, 100 * workers.busyNanos() / (seconds * 1e9 * order.takers()));
    values.put(CORE, 100 * (offeringNanos + workers.queueNanos()) / (seconds * 1e9));
    values.put(LATE, late.getValueAtPercentile(99) / MICROS);
    for (int part = 1; part <= PARTS; part++) {
      values.put(lengthIn(part), lengths.get(part - 1));
    }
    return values;
  }
}
