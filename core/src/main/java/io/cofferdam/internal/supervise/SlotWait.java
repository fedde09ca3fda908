package io.cofferdam.internal.supervise;

import io.cofferdam.internal.log.Log;
import io.cofferdam.internal.process.LinkSelector;
import io.cofferdam.internal.process.Permits;
import io.cofferdam.internal.process.WorkerProcess;
import io.cofferdam.internal.queue.FairQueue;
import io.cofferdam.internal.queue.Place;
import io.cofferdam.internal.queue.Taker;
import io.cofferdam.internal.task.PendingTask;
import io.cofferdam.internal.task.Work;
import io.cofferdam.internal.wire.Frame;
import io.cofferdam.internal.wire.ProtocolException;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How a slot waits: for a permit, for work, for its worker, or for the time; and who wakes it. Work
 * and permits come from other threads, which leave them here and wake the link thread. While that
 * waits for work, whoever brings some begins with it: the worker has it before the link thread
 * wakes, which may then sleep until the worker answers.
 *
 * <p>{@link #handOver}, {@link #stopRequested}, {@link #granted}, {@link #shutDownTasks}, {@link
 * #sizeChanged} and {@link #stop} are called by any thread, the rest by the link thread alone.
 */
final class SlotWait
    implements Taker, PendingTask.Runner, Permits.Waiter, Dispatch.Waiting, Closeable {

  /** Begins with work in the thread that brings it. */
  @FunctionalInterface
  interface Starter {
    /**
     * Begins with some work. Does not throw: the link thread does when it goes on with the work.
     *
     * @param looksNanos when the link thread looks after it by itself
     * @return what the same thread is to write, or null if the link thread has to
     */
    @Nullable WorkWriting begin(Work work, long looksNanos);
  }

  /** How the link thread waits for something to do. */
  private enum Sleep {
    /** It does not: it looks whether work has come before it sleeps. */
    AWAKE,
    /** For a question or a permit, until it is woken. */
    WITHOUT_PERMIT,
    /** For work, until its worker says something or a moment has passed. */
    BRIEFLY,
    /** For work, until its worker says something or it is woken. */
    FOR_LONG;

    boolean isForWork() {
      return this == BRIEFLY || this == FOR_LONG;
    }
  }

  private static final Log log = Log.of(SlotWait.class);

  /** How long the link thread sleeps at first, so that it need not be woken for the next task. */
  private static final long BRIEF_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final FairQueue queue;
  private final Permits permits;
  private final WorkerSlot slot;
  private final LinkSelector selector = new LinkSelector();
  private final Place place;

  /** Written by the thread that hands work over, taken by the link thread. */
  private volatile @Nullable Work handedOver;

  /** Written by the link thread, read by the thread that hands work over. */
  private volatile Sleep sleep = Sleep.WITHOUT_PERMIT;

  /** Written by the link thread before its taker is idle, read by the thread that takes it then. */
  private Starter starter = (work, looksNanos) -> null;

  /** Set by the slot that leaves a permit to this slot, or by the link thread. */
  private volatile boolean hasPermit;

  private volatile boolean shuttingDownTasks;
  private volatile boolean stopping;

  /** Set by the thread that changes the size of the pool, taken back by the link thread. */
  private volatile boolean sizeChanged = true;

  private boolean asksForPermit;

  SlotWait(FairQueue queue, Permits permits, WorkerSlot slot) throws IOException {
    this.queue = queue;
    this.permits = permits;
    this.slot = slot;
    place = queue.newPlace();
  }

  LinkSelector selector() {
    return selector;
  }

  @Override
  public void handOver(Work work) {
    WorkWriting begun =
        sleep.isForWork() ? starter.begin(work, System.nanoTime() + BRIEF_NANOS) : null;
    // The link thread may be about to sleep: it says so before it looks here for the last time, and
    // this writes before it looks at that. So either the link sees the work, or it is woken. The
    // answer wakes it, too, and finds the work here, because that is written to the worker last.
    handedOver = work;
    if (begun != null) {
      try {
        begun.write();
      } finally {
        begun.isOver = true;
      }
    }
    if (begun == null ? sleep != Sleep.AWAKE : sleep == Sleep.FOR_LONG) {
      selector.wake();
    }
  }

  @Override
  public Place place() {
    return place;
  }

  @Override
  public void answered(boolean succeeded) {
    place.answered(succeeded);
  }

  @Override
  public void stopRequested(PendingTask task) {
    selector.wake();
  }

  @Override
  public void granted() {
    hasPermit = true;
    selector.wake();
  }

  /** Asks for every task of this slot to be stopped, now and later. */
  void shutDownTasks() {
    shuttingDownTasks = true;
    selector.wake();
  }

  /** Notes that the pool has another size, by now. */
  void sizeChanged() {
    sizeChanged = true;
    selector.wake();
  }

  /** Asks the slot to stop its worker, once that is idle, and to end. */
  void stop() {
    stopping = true;
    selector.wake();
  }

  /** Takes that back. For the link thread. */
  void startOver() {
    stopping = false;
  }

  @Override
  public boolean isShuttingDownTasks() {
    return shuttingDownTasks;
  }

  @Override
  public boolean isStopping() {
    return stopping;
  }

  /** {@inheritDoc} It may return early. */
  @Override
  public void until(long untilNanos) throws IOException {
    if (!place.isWatched() || place.lookNanos() - untilNanos >= 0) {
      selector.await(untilNanos);
      return;
    }
    long lookNanos = place.lookNanos();
    selector.await(lookNanos);
    if (System.nanoTime() - lookNanos >= 0) {
      queue.late(this);
    }
  }

  /** Lets other tasks run instead of the one that this slot has taken, which does not end here. */
  void releasePlace() {
    queue.release(this);
  }

  /**
   * Waits for what to do next: a question as long as the slot has no permit, anything once it has.
   *
   * @param starter begins with work that another thread brings, while this one waits for it
   * @return null if there is nothing to do any more, because the worker is gone or the slot is to
   *     stop
   */
  @Nullable Work next(WorkerProcess worker, Starter starter) throws IOException {
    this.starter = starter;
    while (true) {
      if (!hasPermit) {
        Work question = nextQuestion(worker);
        if (question != null || !hasPermit) {
          return question;
        }
        slot.active(true);
      }
      Work work = nextWork(worker);
      if (work != null || mustLeave(worker)) {
        return work;
      }
      takeInSize();
    }
  }

  /** Takes in that the pool has another size: gives the permit back if it is one too many. */
  private void takeInSize() throws IOException {
    // The size may change again meanwhile; that sets the field anew, and this looks once more.
    sizeChanged = false;
    if (permits.isOverdrawn()) {
      releasePermit();
    }
  }

  /** Returns null once the slot has a permit, or there is nothing to do any more. */
  private @Nullable Work nextQuestion(WorkerProcess worker) throws IOException {
    // From here on work and permits may come at any time; each wakes the selector, so that what
    // comes after the looks below ends the wait.
    sleep = Sleep.WITHOUT_PERMIT;
    askForPermit();
    if (hasPermit) {
      return null;
    }
    Work question = queue.takeQuestion(this);
    while (question == null && !hasPermit && !mustLeave(worker)) {
      selector.await(LinkSelector.FOREVER);
      question = handedOver;
    }
    if (question == null && !queue.withdraw(this)) {
      // Another thread has taken this slot out of the queue for a question, which is on its way:
      // the slot does that work, because no other thread will.
      question = awaitHandOver();
    }
    handedOver = null;
    return question;
  }

  /** Returns null if something else has to be looked at; no work comes then. */
  private @Nullable Work nextWork(WorkerProcess worker) throws IOException {
    if (isCalledAway(worker)) {
      return null;
    }
    Work work = queue.take(this);
    if (work != null) {
      return work;
    }
    long looksNanos = System.nanoTime() + BRIEF_NANOS;
    sleep = Sleep.BRIEFLY;
    while (handedOver == null) {
      selector.await(sleep == Sleep.BRIEFLY ? looksNanos : LinkSelector.FOREVER);
      if (handedOver != null) {
        break;
      }
      // A wake that comes with the end of the brief sleep does not end the next one, so what it may
      // be for is looked at here.
      boolean sleepsOn = sleep == Sleep.BRIEFLY && System.nanoTime() - looksNanos >= 0;
      if (sleepsOn && !isCalledAway(worker)) {
        sleep = Sleep.FOR_LONG;
      } else if (queue.withdraw(this)) {
        // Nobody brings work from here on, so what the worker may have said is no answer.
        sleep = Sleep.AWAKE;
        return null;
      }
    }
    sleep = Sleep.AWAKE;
    work = handedOver;
    handedOver = null;
    return work;
  }

  private boolean isCalledAway(WorkerProcess worker) {
    return stopping || sizeChanged || !worker.isAlive();
  }

  private Work awaitHandOver() throws IOException {
    Work work = handedOver;
    while (work == null) {
      selector.await(LinkSelector.FOREVER);
      work = handedOver;
    }
    return work;
  }

  /** Returns whether an idle worker cannot take more, or the slot is to stop. */
  private boolean mustLeave(WorkerProcess worker) {
    if (stopping) {
      return true;
    }
    try {
      Frame frame = worker.receive();
      if (frame != null) {
        throw new ProtocolException(frame + " came from an idle worker");
      }
      return !worker.isAlive();
    } catch (IOException e) {
      log.debug("{} is of no use any more", worker.name(), e);
      return true;
    }
  }

  private void askForPermit() {
    if (!asksForPermit) {
      asksForPermit = true;
      if (permits.takeOrWait(this)) {
        hasPermit = true;
      }
    }
  }

  /** Leaves the permit, or the line of those who wait for one. */
  @Override
  public void releasePermit() throws IOException {
    releasePlace();
    if (!asksForPermit) {
      return;
    }
    asksForPermit = false;
    slot.active(false);
    if (!hasPermit && permits.withdraw(this)) {
      return;
    }
    // Another slot has left its permit to this one, and its thread is about to say so. It is waited
    // for, because a permit that comes to a slot which has left would be lost.
    while (!hasPermit) {
      selector.await(LinkSelector.FOREVER);
    }
    hasPermit = false;
    permits.release();
  }

  @Override
  public void close() throws IOException {
    selector.close();
  }
}
