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

  private static final long LEAST_OVERDUE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final int OVERDUE_FACTOR = 4;

  /** How much longer tasks take if they are other ones than before. */
  private static final int CHANGED_FACTOR = 4;

  private static final long LEAST_CHANGED_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** How much of a change is taken for the same tasks, from one window to the next. */
  private static final double DRIFT = 1.1;

  private static final long LEAST_SETTLING_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final long FIRST_DURATION_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /** For how long there was nothing to do if a window that spans it shows nothing. */
  private static final long LONG_IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /**
   * The least number that is chosen by a trial. While a single worker waits for the database, or
   * for the answer to come to its caller, nothing is done at all.
   */
  private static final int FEWEST = 2;

  private static final int MOST_UP_PAUSE = 40;
  private static final int MOST_DOWN_PAUSE = 200;

  /** For how many windows nothing is taken away after a beginning or a rise. */
  private static final int REST = 5;

  private final TypicalDuration typical = new TypicalDuration(FIRST_DURATION_NANOS);
  private final Pause up = new Pause(MOST_UP_PAUSE);
  private final Pause down = new Pause(MOST_DOWN_PAUSE);
  private final Descent descent = new Descent();
  private final Noise noise = new Noise();

  private volatile int limit;
  private volatile int base;
  private volatile ConcurrencyReason reason = ConcurrencyReason.ALL_WORKERS;
  private volatile long overdueNanos = LEAST_OVERDUE_NANOS;

  private int most;
  private boolean rising;
  private long learnedNanos = FIRST_DURATION_NANOS;
  private long settledNanos;
  private long endedNanos;
  private @Nullable Window window;
  private @Nullable Trial trial;

  /** The last window at the base, if there was one since it is that. */
  private @Nullable Measure last;

  /**
   * Begins with all workers.
   *
   * @param workers how many there are
   */
  public AdaptiveConcurrency(long nowNanos, int workers) {
    most = workers;
    limit = workers;
    base = workers;
    settledNanos = nowNanos;
    endedNanos = nowNanos;
    down.restart(REST);
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
    boolean idle = nowNanos - tookNanos - endedNanos > LONG_IDLE_NANOS;
    endedNanos = nowNanos;
    if (idle) {
      window = null;
    }
    if (window == null) {
      if (nowNanos - settledNanos >= 0 && others.counted() <= limit) {
        window = newWindow(nowNanos);
      }
      return;
    }
    window.add(tookNanos, succeeded, others);
    if (window.isOver(nowNanos)) {
      Measure measure = window.measure(nowNanos);
      overdueNanos = Math.max(LEAST_OVERDUE_NANOS, OVERDUE_FACTOR * typical.nanos());
      if (measure.longer() > 0.5 && base < most) {
        startOver(nowNanos, ConcurrencyReason.TASKS_TAKE_LONGER);
      } else {
        learnDuration();
        window = newWindow(nowNanos);
        measured(nowNanos, measure);
      }
    }
  }

  private Window newWindow(long nowNanos) {
    return new Window(
        limit, nowNanos, Math.max(LEAST_CHANGED_NANOS, CHANGED_FACTOR * learnedNanos));
  }

  private void learnDuration() {
    double change = (double) typical.nanos() / learnedNanos;
    if (CHANGED_FACTOR * change < 1) {
      up.restart(0);
      down.restart(0);
    }
    if (base < most) {
      change = Math.min(DRIFT, Math.max(1 / DRIFT, change));
    }
    learnedNanos = (long) (change * learnedNanos);
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
    rising = false;
    descent.restartAfter(base);
    down.restart(REST);
    up.restart(0);
    base = most;
    last = null;
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
    if (Double.isInfinite(measure.logRate())) {
      // Nothing has succeeded, which says nothing about how many are enough.
      last = null;
      abandonTrial(nowNanos);
      return;
    }
    noteNoise(measure);
    if (trial == null) {
      atRest(nowNanos, measure);
    } else if (limit == base) {
      atBase(nowNanos, measure, trial);
    } else {
      atCandidate(nowNanos, measure, trial);
    }
  }

  private void noteNoise(Measure measure) {
    if (limit == base) {
      if (last != null && last.isFull() && measure.isFull()) {
        noise.add(measure.logRate() - last.logRate());
      }
      last = measure;
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
    boolean triesMore = up.isOverAfterWindow() && base < most;
    boolean triesFewer = down.isOverAfterWindow() && base > FEWEST;
    if (triesMore) {
      int more = rising ? base : Math.max(1, base / 2);
      trial = new Trial(base, Math.min(most, base + more), measure);
    } else if (triesFewer) {
      trial = new Trial(base, Math.max(FEWEST, descent.next(base)), measure);
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
    open.atCandidate(measure);
    limit(nowNanos, base);
  }

  private void atBase(long nowNanos, Measure measure, Trial open) {
    if (!measure.isFull()) {
      abandonTrial(nowNanos);
      return;
    }
    Standing standing = open.atBase(measure, noise.variance());
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
    boolean adopted = standing == Standing.ADOPT;
    if (ended.isForMore()) {
      rising = adopted;
    }
    if (!adopted) {
      rejected(nowNanos, ended);
    } else if (ended.isForMore()) {
      up.restart(0);
      down.restart(REST);
      adopt(nowNanos, ended.candidate(), ConcurrencyReason.MORE_DO_MORE);
    } else {
      descent.restart();
      down.restart(0);
      up.restart(REST);
      adopt(nowNanos, ended.candidate(), ConcurrencyReason.FEWER_ARE_ENOUGH);
    }
  }

  private void rejected(long nowNanos, Trial ended) {
    if (ended.isForMore()) {
      up.failed();
    } else if (!descent.hasAnotherAfterRejection(base)) {
      down.failed();
    }
    limit(nowNanos, base);
  }

  private void adopt(long nowNanos, int newBase, ConcurrencyReason why) {
    base = newBase;
    last = null;
    reason = why;
    limit(nowNanos, newBase);
  }
}
