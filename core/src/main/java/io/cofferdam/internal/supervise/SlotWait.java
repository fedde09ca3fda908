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
import org.jspecify.annotations.Nullable;

/**
 * How a slot waits: for a permit, for work, for its worker, or for the time; and who wakes it. Work
 * and permits come from other threads, which leave them here and wake the link thread.
 *
 * <p>{@link #handOver}, {@link #stopRequested}, {@link #granted}, {@link #shutDownTasks}, {@link
 * #sizeChanged} and {@link #stop} are called by any thread, the rest by the link thread alone.
 */
final class SlotWait
    implements Taker, PendingTask.Runner, Permits.Waiter, Dispatch.Waiting, Closeable {

  private static final Log log = Log.of(SlotWait.class);
  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

  private final FairQueue queue;
  private final Permits permits;
  private final WorkerSlot slot;
  private final LinkSelector selector = new LinkSelector();
  private final Spin idle;
  private final Spin busy;
  private final Place place;

  /** Written by the thread that hands work over, taken by the link thread. */
  private volatile @Nullable Work handedOver;

  /** Written by the link thread, read by the thread that hands work over. */
  private volatile boolean sleeping = true;

  /** Set by the slot that leaves a permit to this slot, or by the link thread. */
  private volatile boolean hasPermit;

  private volatile boolean shuttingDownTasks;
  private volatile boolean stopping;

  /** Set by the thread that changes the size of the pool, taken back by the link thread. */
  private volatile boolean sizeChanged = true;

  private boolean hadToWait;
  private boolean asksForPermit;

  SlotWait(SlotContext context, WorkerSlot slot) throws IOException {
    queue = context.tasks().queue();
    permits = context.limits().permits();
    this.slot = slot;
    idle = new Spin(context.limits().spinTurn());
    busy = new Spin(context.limits().spinTurn());
    place = queue.newPlace();
  }

  LinkSelector selector() {
    return selector;
  }

  @Override
  public void handOver(Work work) {
    // The link thread may be about to sleep: it says so before it looks here for the last time, and
    // this writes before it looks at that. So either the link sees the work, or it is woken.
    handedOver = work;
    if (sleeping) {
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

  /** {@inheritDoc} Does so only if a processor is left for that. */
  @Override
  public void spinOrUntil(Spin.Condition condition, long untilNanos) throws IOException {
    if (!(busy.begin() && maySpin(1) && busy.until(condition))) {
      until(untilNanos);
    }
  }

  /**
   * Waits for what to do next: a question as long as the slot has no permit, anything once it has.
   *
   * @return null if there is nothing to do any more, because the worker is gone or the slot is to
   *     stop
   */
  @Nullable Work next(WorkerProcess worker) throws IOException {
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
    sleeping = true;
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

  /** Returns null if there is nothing to do any more, or the size of the pool has changed. */
  private @Nullable Work nextWork(WorkerProcess worker) throws IOException {
    if (stopping || sizeChanged || !worker.isAlive()) {
      return null;
    }
    Work work = queue.take(this);
    hadToWait = work == null;
    if (work != null) {
      return work;
    }
    busy.over();
    if (idle.begin() && maySpin(0)) {
      boolean unused = idle.until(() -> handedOver != null || stopping);
    }
    sleeping = true;
    while (handedOver == null) {
      selector.await(LinkSelector.FOREVER);
      // Another thread may just have taken this slot out of the queue: then the withdrawal fails,
      // and the slot waits for that work and does it before it leaves.
      boolean leaves = handedOver == null && (sizeChanged || mustLeave(worker));
      if (leaves && queue.withdraw(this)) {
        return null;
      }
    }
    sleeping = false;
    idle.over();
    work = handedOver;
    handedOver = null;
    return work;
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

  /**
   * Returns whether a processor is left to spin on: the worker or its caller needs one, this thread
   * another. None is if tasks wait for workers.
   *
   * @param self 1 if this slot is one of those that are busy, else 0
   */
  private boolean maySpin(int self) {
    int busyOthers = permits.count() - queue.idleTakers() - self;
    return hadToWait && busyOthers + 2 <= PROCESSORS;
  }

  @Override
  public void close() throws IOException {
    selector.close();
  }
}
