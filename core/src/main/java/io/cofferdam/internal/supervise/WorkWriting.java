package io.cofferdam.internal.supervise;

import com.google.common.base.Throwables;
import io.cofferdam.internal.process.WorkerGoneException;
import io.cofferdam.internal.process.WorkerProcess;
import io.cofferdam.internal.wire.Frame;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The writing of work to its worker: by the link thread, or by the thread that has brought the
 * work, for which the link thread waits then. What fails is thrown in the link thread, because the
 * other one may be one of the application's.
 *
 * <p>Used by the link thread alone, but for {@link #write} and what comes before it.
 */
final class WorkWriting {

  /** How long the link thread sleeps if it is awake before the work is written whole. */
  private static final long SLEEP_NANOS = TimeUnit.MICROSECONDS.toNanos(20);

  /** How much a socket takes at once of which everything was read, by far. */
  private static final int MOST_AT_ONCE = 16 << 10;

  private final WorkerProcess worker;
  private final Frame frame;
  private final boolean fitsAtOnce;

  private boolean begun;
  private boolean leftToOther;
  private boolean done;
  private @Nullable Throwable failure;

  /**
   * Set by the thread that was to write the work, whatever has kept it from that, and read by the
   * link thread. A field, because what has kept it may be that its stack has no room for a call.
   */
  volatile boolean isOver;

  WorkWriting(WorkerProcess worker, Frame frame) {
    this.worker = worker;
    this.frame = frame;
    fitsAtOnce = frame.payload().length <= MOST_AT_ONCE;
  }

  /** Returns whether the worker was given the work, or a part of it. */
  boolean hasBegun() {
    return begun;
  }

  /**
   * Leaves it to another thread, which has to write at once and to set {@link #isOver} then. Not
   * done if the worker might not take all of it without being waited for.
   *
   * @return whether it is left to that thread
   */
  boolean leaveToOther() {
    leftToOther = fitsAtOnce;
    return leftToOther;
  }

  /** Writes the work; does not throw. */
  void write() {
    try {
      if (!worker.isAlive()) {
        throw WorkerGoneException.foundDead("its process ended while it was idle");
      }
      begun = true;
      worker.send(frame, System.nanoTime() + Escalation.START_NANOS);
      done = true;
    } catch (Throwable e) {
      failure = e;
    }
  }

  /**
   * Writes the work, or waits until the other thread has.
   *
   * @return whether it was written by this thread
   * @throws IOException if the worker is gone or does not take it
   */
  boolean finish() throws IOException {
    if (leftToOther) {
      while (!isOver) {
        LockSupport.parkNanos(this, SLEEP_NANOS);
      }
    } else {
      write();
    }
    if (!done) {
      if (failure != null) {
        Throwables.throwIfInstanceOf(failure, IOException.class);
        Throwables.throwIfUnchecked(failure);
      }
      throw new IOException("what it was to do could not be written to it", failure);
    }
    return !leftToOther;
  }
}
