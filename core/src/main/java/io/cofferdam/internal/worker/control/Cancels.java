package io.cofferdam.internal.worker.control;

import io.cofferdam.internal.wire.FrameType;
import io.cofferdam.internal.worker.guard.TaskGate;
import org.jspecify.annotations.Nullable;

/**
 * Brings a cancel, which comes on the control thread, together with the task that it is meant for
 * and with no other. A cancel may come before the task has been read, while it runs, or after it
 * has ended. Whichever it is, the supervisor gets one CANCEL_DONE for it.
 *
 * <p>Thread-safe, under its monitor.
 */
public final class Cancels {

  private final Outbox outbox;

  private long current;
  private @Nullable TaskGate gate;
  private long early = -1;
  private @Nullable Thread canceller;

  public Cancels(Outbox outbox) {
    this.outbox = outbox;
  }

  /**
   * Begins with a task; a cancel that was there before it takes effect at once.
   *
   * @return the gate that a cancel closes to the task
   */
  public synchronized TaskGate begin(long sequence) {
    // The control thread may have read the cancel before this thread has read the task. Under the
    // monitor either it has left the sequence here by now, or it finds the gate of the task later.
    TaskGate taskGate = new TaskGate();
    current = sequence;
    gate = taskGate;
    if (early == sequence) {
      startCanceller(taskGate);
    }
    return taskGate;
  }

  /** Cancels the task of a dispatch. */
  synchronized void cancel(long sequence) {
    TaskGate running = gate;
    if (sequence > current) {
      early = sequence;
    } else if (sequence == current && running != null && canceller == null) {
      startCanceller(running);
    } else if (canceller == null) {
      outbox.send(FrameType.CANCEL_DONE, sequence, Outbox.NOTHING);
    }
  }

  /**
   * Ends the task: a later cancel is ignored.
   *
   * @return whether it was cancelled; what the cancel may still hit must then be replaced, and
   *     CANCEL_DONE be sent
   */
  public boolean end() {
    Thread working;
    synchronized (this) {
      // A cancel that the control thread reads from here on finds no gate, and is answered at once.
      // One that it read before has started its thread, which is waited for outside the monitor.
      gate = null;
      working = canceller;
    }
    if (working == null) {
      return false;
    }
    joinUninterruptibly(working);
    synchronized (this) {
      canceller = null;
    }
    return true;
  }

  private void startCanceller(TaskGate taskGate) {
    Thread thread = new Thread(taskGate::cancel, "cofferdam-cancel");
    thread.setDaemon(true);
    canceller = thread;
    thread.start();
  }

  private static void joinUninterruptibly(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
