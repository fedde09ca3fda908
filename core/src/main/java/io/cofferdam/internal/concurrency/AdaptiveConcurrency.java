package io.cofferdam.internal.concurrency;

import io.cofferdam.ExecutorSnapshot.ConcurrencyReason;
import io.cofferdam.internal.concurrency.Trial.Standing;
import io.cofferdam.internal.concurrency.Window.Measure;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds the number of tasks at a time at which the throughput no longer rises, and moves with it.
 *
 * <p>It begins with all workers, and needs evidence to use fewer: it tries another limit for a
 * moment, in turns with the present one, and adopts it if fewer do as much or more do more. While
 * nothing waits it learns nothing, because the limit does not matter then. It begins anew when
 * tasks take several times longer than when it has learned, which is how work that waits differs
 * from work that computes; and when more tasks are overdue than it allows at a time.
 *
 * <p>That throughput against concurrency is the measure, and neither a processor's load nor the
 * length of a queue, is the idea of adaptive concurrency limits: TCP Vegas (Brakmo and Peterson,
 * "TCP Vegas: End to End Congestion Avoidance on a Global Internet", 1995), which compares the rate
 * it gets with the rate it would have without queues; SEDA's controllers (Welsh, Culler and Brewer,
 * "SEDA: An Architecture for Well-Conditioned, Scalable Internet Services", 2001), which give a
 * stage threads as long as these raise its throughput; and Netflix's <a
 * href="https://github.com/Netflix/concurrency-limits">concurrency-limits</a>, whose gradient of
 * latencies does the same without a baseline to be known beforehand. Those limit what is sent to
 * somebody else, and take a latency without load for granted. Here every task is seen from its
 * beginning to its end, so rates are compared with each other.
 */
public final class AdaptiveConcurrency implements ConcurrencyLimit {

  private static final long LEAST_OVERDUE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final int OVERDUE_FACTOR = 4;

  /** How much longer tasks take if they are other ones than before. */
  private static final int CHANGED_FACTOR = 4;

  private static final long LEAST_CHANGED_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** How much of a slow change is taken for the same tasks, from one trial to the next. */
  private static final double DRIFT = 1.5;

  private static final long LEAST_SETTLING_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final long FIRST_DURATION_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long MOST_UP_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long MOST_DOWN_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(8);

  /** How long nothing is taken away after a beginning or a rise. */
  private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final TypicalDuration typical = new TypicalDuration(FIRST_DURATION_NANOS);
  private final Pause up;
  private final Pause down;

  private volatile int limit;
  private volatile int base;
  private volatile ConcurrencyReason reason = ConcurrencyReason.ALL_WORKERS;
  private volatile long overdueNanos = LEAST_OVERDUE_NANOS;

  private int most;
  private boolean tryHalf = true;
  private boolean rising;
  private long learnedNanos = Long.MAX_VALUE / CHANGED_FACTOR;
  private long settledNanos;
  private @Nullable Window window;
  private @Nullable Trial trial;

  /**
   * Begins with all workers.
   *
   * @param workers how many there are
   */
  public AdaptiveConcurrency(long nowNanos, int workers) {
    up = new Pause(nowNanos, MOST_UP_PAUSE_NANOS);
    down = new Pause(nowNanos, MOST_DOWN_PAUSE_NANOS);
    most = workers;
    limit = workers;
    base = workers;
    settledNanos = nowNanos;
    down.restart(nowNanos, REST_NANOS);
  }

  @Override
  public int limit() {
    return limit;
  }

  @Override
  public int chosen() {
    return base;
  }

  @Override
  public ConcurrencyReason reason() {
    return reason;
  }

  @Override
  public long overdueNanos() {
    return overdueNanos;
  }

  @Override
  public void completed(long nowNanos, long tookNanos, boolean succeeded, Others others) {
    typical.add(tookNanos);
    if (takeMuchLonger()) {
      startOver(nowNanos, ConcurrencyReason.TASKS_TAKE_LONGER);
      return;
    }
    if (CHANGED_FACTOR * typical.nanos() < learnedNanos) {
      learnedNanos = typical.nanos();
      up.restart(nowNanos, 0);
    }
    if (window == null) {
      if (nowNanos - settledNanos >= 0 && others.counted() < limit) {
        window = new Window(limit, nowNanos);
      }
      return;
    }
    window.add(tookNanos, succeeded, others);
    if (window.isOver(nowNanos)) {
      Measure measure = window.measure(nowNanos);
      window = new Window(limit, nowNanos);
      overdueNanos = Math.max(LEAST_OVERDUE_NANOS, OVERDUE_FACTOR * typical.nanos());
      measured(nowNanos, measure);
    }
  }

  private boolean takeMuchLonger() {
    return base < most
        && typical.nanos() > LEAST_CHANGED_NANOS
        && typical.nanos() > CHANGED_FACTOR * learnedNanos;
  }

  @Override
  public void overdue(long nowNanos, int overdue) {
    if (base < most && overdue >= 2 * base) {
      startOver(nowNanos, ConcurrencyReason.TASKS_TAKE_LONGER);
    }
  }

  @Override
  public void resize(long nowNanos, int workers) {
    most = workers;
    startOver(nowNanos, ConcurrencyReason.ALL_WORKERS);
  }

  private void startOver(long nowNanos, ConcurrencyReason why) {
    trial = null;
    learnedNanos = typical.nanos();
    tryHalf = true;
    rising = false;
    down.restart(nowNanos, REST_NANOS);
    up.restart(nowNanos, 0);
    base = most;
    reason = why;
    limit(nowNanos, most);
  }

  /** Sets the limit for the windows that come; tasks that run by the old one are waited for. */
  private void limit(long nowNanos, int newLimit) {
    limit = newLimit;
    window = null;
    settledNanos = nowNanos + Math.max(LEAST_SETTLING_NANOS, 2 * typical.nanos());
  }

  private void measured(long nowNanos, Measure measure) {
    if (System.getProperty("dbg") != null)
      System.out.println(
          nowNanos / 1000000
              + " "
              + limit
              + " "
              + base
              + " "
              + measure
              + " typ "
              + typical.nanos() / 1000
              + " trial "
              + (trial == null ? 0 : trial.candidate()));
    if (Double.isInfinite(measure.logRate())) {
      // Nothing has succeeded, which says nothing about how many are enough.
      abandonTrial(nowNanos);
    } else if (trial == null) {
      atRest(nowNanos, measure);
    } else if (limit == base) {
      atBase(nowNanos, measure, trial);
    } else {
      atCandidate(nowNanos, measure, trial);
    }
  }

  private void atRest(long nowNanos, Measure measure) {
    if (measure.isFull()) {
      beginTrial(nowNanos, measure);
    } else if (measure.hasSlack() && base < most) {
      adopt(nowNanos, base + 1, ConcurrencyReason.QUEUE_IS_SHORT);
    }
  }

  private void beginTrial(long nowNanos, Measure measure) {
    if (base < most && up.isOver(nowNanos)) {
      int more = rising ? base : Math.max(1, base / 2);
      trial = new Trial(base, Math.min(most, base + more), measure);
    } else if (base > 1 && down.isOver(nowNanos)) {
      int fewer = tryHalf ? base / 2 : Math.max(1, base / 4);
      trial = new Trial(base, base - fewer, measure);
    } else {
      return;
    }
    limit(nowNanos, trial.candidate());
  }

  private void atCandidate(long nowNanos, Measure measure, Trial open) {
    if (!open.isForMore() && !measure.isFull()) {
      abandonTrial(nowNanos);
      return;
    }
    Standing standing = open.atCandidate(measure);
    if (standing == Standing.OPEN) {
      limit(nowNanos, base);
    } else {
      end(nowNanos, open, standing);
    }
  }

  private void atBase(long nowNanos, Measure measure, Trial open) {
    if (!measure.isFull()) {
      abandonTrial(nowNanos);
      return;
    }
    Standing standing = open.atBase(measure);
    if (standing == Standing.OPEN) {
      limit(nowNanos, open.candidate());
    } else {
      end(nowNanos, open, standing);
    }
  }

  private void abandonTrial(long nowNanos) {
    if (trial != null) {
      trial = null;
      limit(nowNanos, base);
    }
  }

  private void end(long nowNanos, Trial ended, Standing standing) {
    trial = null;
    learnedNanos = Math.min(typical.nanos(), (long) (DRIFT * learnedNanos));
    boolean adopted = standing == Standing.ADOPT;
    if (ended.isForMore()) {
      rising = adopted;
    }
    if (!adopted) {
      rejected(nowNanos, ended);
    } else if (ended.isForMore()) {
      up.restart(nowNanos, 0);
      down.restart(nowNanos, REST_NANOS);
      adopt(nowNanos, ended.candidate(), ConcurrencyReason.MORE_DO_MORE);
    } else {
      tryHalf = true;
      down.restart(nowNanos, 0);
      up.restart(nowNanos, REST_NANOS);
      adopt(nowNanos, ended.candidate(), ConcurrencyReason.FEWER_ARE_ENOUGH);
    }
  }

  private void rejected(long nowNanos, Trial ended) {
    if (ended.isForMore()) {
      up.failed(nowNanos);
    } else if (tryHalf && base / 2 > Math.max(1, base / 4)) {
      tryHalf = false;
    } else {
      tryHalf = true;
      down.failed(nowNanos);
    }
    limit(nowNanos, base);
  }

  private void adopt(long nowNanos, int newBase, ConcurrencyReason why) {
    base = newBase;
    reason = why;
    limit(nowNanos, newBase);
  }
}
