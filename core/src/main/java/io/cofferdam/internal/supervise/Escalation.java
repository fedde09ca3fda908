package io.cofferdam.internal.supervise;

import io.cofferdam.internal.task.StopReason;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * When a dispatched task is to be looked at, cancelled or killed: CANCEL at the deadline or when
 * somebody asks for it, then the grace, then the death of the worker. After the answer, it limits
 * how long the worker may take to be ready again.
 *
 * <p>Pure: it is told the time, and says what is due and when to ask again.
 */
final class Escalation {

  /** What is due. */
  enum Step {
    /** Nothing; ask again at {@link #nextNanos}. */
    WAIT,
    /**
     * Find out whether the worker has begun; tell by {@link #started}, by {@link #checkAgain} or by
     * killing it.
     */
    CHECK_STARTED,
    /** Send CANCEL; tell by {@link #cancelled}. */
    CANCEL,
    /**
     * The answer is there, and the worker has not been ready again for a while: another one may
     * take its permit; tell by {@link #yielded}.
     */
    YIELD,
    /** End the process, unless it is committing and time is left; see {@link #spare}. */
    KILL
  }

  static final long START_NANOS = TimeUnit.SECONDS.toNanos(1);
  static final long LAST_START_NANOS = TimeUnit.SECONDS.toNanos(10);
  static final long CLEAN_NANOS = TimeUnit.SECONDS.toNanos(20);
  static final long YIELD_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final long deadlineNanos;
  private final long graceNanos;

  private boolean started;
  private boolean answered;
  private boolean cancelled;
  private boolean yielded;
  private @Nullable StopReason reason;

  private final long lastStartNanos;

  private long startCheckNanos;
  private long killNanos;
  private long cleanNanos;
  private long yieldNanos;

  Escalation(long nowNanos, long deadlineNanos, long graceNanos) {
    this.deadlineNanos = deadlineNanos;
    this.graceNanos = graceNanos;
    startCheckNanos = nowNanos + START_NANOS;
    lastStartNanos = nowNanos + LAST_START_NANOS;
  }

  /** Notes that somebody wants the task stopped before its deadline. */
  void stop(StopReason why) {
    if (reason == null) {
      reason = why;
    }
  }

  /** Returns whether a worker that has not begun, and is not stopped, gets more time to do so. */
  boolean mayStillStart(long nowNanos) {
    return lastStartNanos - nowNanos > 0;
  }

  /** Lets the worker have more time to begin with the task. */
  void checkAgain(long nowNanos) {
    startCheckNanos = nowNanos + START_NANOS;
  }

  /** Notes that the worker has begun with the task. */
  void started() {
    started = true;
  }

  /** Notes that CANCEL was sent. */
  void cancelled(long nowNanos) {
    cancelled = true;
    killNanos = nowNanos + graceNanos;
  }

  /** Lets the worker live until the deadline and the grace have passed: it is committing. */
  void spare() {
    killNanos = deadlineNanos + graceNanos;
  }

  /** Returns whether there is still time to let the worker end its commit. */
  boolean canSpare(long nowNanos) {
    return deadlineNanos + graceNanos - nowNanos > 0;
  }

  /** Notes that the caller has its answer; the worker now has to become ready. */
  void answered(long nowNanos) {
    answered = true;
    cleanNanos = nowNanos + CLEAN_NANOS;
    yieldNanos = nowNanos + YIELD_NANOS;
  }

  /** Notes that the worker's permit was offered to others. */
  void yielded() {
    yielded = true;
  }

  /** Notes that the worker lives and tries to connect again. */
  void connecting(long nowNanos) {
    cleanNanos = nowNanos + CLEAN_NANOS;
  }

  /** Returns why the task is being stopped, or null. */
  @Nullable StopReason reason() {
    return reason;
  }

  Step due(long nowNanos) {
    if (answered) {
      if (nowNanos - cleanNanos >= 0) {
        return Step.KILL;
      }
      return !yielded && nowNanos - yieldNanos >= 0 ? Step.YIELD : Step.WAIT;
    }
    if (!cancelled) {
      if (nowNanos - deadlineNanos >= 0) {
        stop(StopReason.DEADLINE);
      }
      if (reason != null) {
        return Step.CANCEL;
      }
    } else if (nowNanos - killNanos >= 0) {
      return Step.KILL;
    }
    return !started && nowNanos - startCheckNanos >= 0 ? Step.CHECK_STARTED : Step.WAIT;
  }

  /** Returns when to ask again, unless something happens before. */
  long nextNanos() {
    if (answered) {
      return yielded ? cleanNanos : yieldNanos;
    }
    long next = cancelled ? killNanos : deadlineNanos;
    return !started && startCheckNanos - next < 0 ? startCheckNanos : next;
  }
}
