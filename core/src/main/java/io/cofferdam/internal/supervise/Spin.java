package io.cofferdam.internal.supervise;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Waits a moment without sleeping, where that has lately been long enough: waking a thread on an
 * idle processor costs about as much as a short task. Spins for at most {@value #MAX_MICROS}
 * microseconds, only if the last wait of this kind was shorter than that, and never on more than
 * one link of an executor at a time, so that it takes nothing from workers that have real work. The
 * idea is that of the JDK's own exchangers and monitors.
 *
 * <p>Used by one link thread alone; the turn is shared by all links.
 */
final class Spin {

  private static final long MAX_MICROS = 50;
  private static final long MAX_NANOS = TimeUnit.MICROSECONDS.toNanos(MAX_MICROS);

  /** What is waited for. */
  @FunctionalInterface
  interface Condition {
    boolean holds() throws IOException;
  }

  private final AtomicBoolean turn;
  private boolean pays;
  private long startedNanos;

  Spin(AtomicBoolean turn) {
    this.turn = turn;
  }

  /** Notes that a wait begins; returns whether the last one was short enough to spin in this. */
  boolean begin() {
    startedNanos = System.nanoTime();
    return pays;
  }

  /** Spins until the condition holds, or it is time to sleep; returns whether it has held. */
  boolean until(Condition condition) throws IOException {
    if (!pays || !turn.compareAndSet(false, true)) {
      return false;
    }
    try {
      boolean holds = condition.holds();
      while (!holds && System.nanoTime() - startedNanos < MAX_NANOS) {
        Thread.onSpinWait();
        holds = condition.holds();
      }
      return holds;
    } finally {
      turn.set(false);
    }
  }

  /** Notes that what was waited for has come, by spinning or after sleeping. */
  void over() {
    pays = System.nanoTime() - startedNanos < MAX_NANOS;
  }
}
