package io.cofferdam.internal.supervise;

import static io.cofferdam.internal.supervise.SlotState.BUSY;
import static io.cofferdam.internal.supervise.SlotState.CANCELLING;
import static io.cofferdam.internal.supervise.SlotState.DEAD;
import static io.cofferdam.internal.supervise.SlotState.DRAINING;
import static io.cofferdam.internal.supervise.SlotState.READY;
import static io.cofferdam.internal.supervise.SlotState.RECONNECTING;

import com.google.common.base.Throwables;
import io.cofferdam.internal.log.Log;
import io.cofferdam.internal.process.ExitStatus;
import io.cofferdam.internal.process.WorkerGoneException;
import io.cofferdam.internal.process.WorkerProcess;
import io.cofferdam.internal.queue.Attempts;
import io.cofferdam.internal.settle.Death;
import io.cofferdam.internal.settle.Settlement;
import io.cofferdam.internal.stats.PoolEvents;
import io.cofferdam.internal.stats.PoolListener;
import io.cofferdam.internal.task.PendingTask;
import io.cofferdam.internal.task.Question;
import io.cofferdam.internal.task.StopReason;
import io.cofferdam.internal.task.Work;
import io.cofferdam.internal.wire.ProtocolException;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The use of one worker: it is given one piece of work after the other, each from handing it over
 * until the worker is ready for more, or until it has died and the work is settled.
 *
 * <p>Used by the link thread alone, but for {@link #begin}.
 */
final class Lease implements Dispatch.Host, SlotWait.Starter {

  private static final Log log = Log.of(Lease.class);
  private static final long RECONNECT_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long OUTAGE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final SlotContext context;
  private final Attempts attempts;
  private final PoolEvents events;
  private final long graceNanos;
  private final WorkerSlot slot;
  private final SlotWait wait;
  private final Starts starts;
  private final WorkerProcess worker;
  private final UnfinishedWork unfinished;

  private long disconnectedNanos;
  private @Nullable Settlement settlement;

  /** What another thread has begun with while the link thread slept, or how it failed to. */
  private @Nullable Dispatch begun;

  private @Nullable Throwable beginFailure;

  /**
   * @param unfinished what becomes of work that the worker does not finish
   */
  Lease(
      SlotContext context,
      WorkerSlot slot,
      SlotWait wait,
      Starts starts,
      WorkerProcess worker,
      UnfinishedWork unfinished) {
    this.context = context;
    attempts = context.tasks().attempts();
    events = context.events();
    graceNanos = context.config().limits().killGrace().toNanos();
    this.slot = slot;
    this.wait = wait;
    this.starts = starts;
    this.worker = worker;
    this.unfinished = unfinished;
  }

  /** Returns what goes on after the worker has died, or null if there is nothing to find out. */
  @Nullable Settlement settlement() {
    return settlement;
  }

  /**
   * Does some work; returns false if the worker cannot take more. If this side fails, for want of
   * memory say, a task has its answer all the same: no other thread would give it.
   */
  boolean run(Work work) throws IOException {
    try {
      return runTaken(work);
    } catch (IOException | RuntimeException | Error failure) {
      worker.kill();
      unfinished.failed(worker, work, failure);
      throw failure;
    }
  }

  /** {@inheritDoc} If it fails, {@link #run} does, in the link thread. */
  @Override
  public @Nullable WorkWriting begin(Work work, long looksNanos) {
    try {
      if (work instanceof PendingTask task && unfinished.mustNotStart(task)) {
        return null;
      }
      Dispatch dispatch = dispatch(work);
      begun = dispatch;
      return dispatch.leaveToOther(looksNanos);
    } catch (RuntimeException | Error e) {
      beginFailure = e;
      return null;
    }
  }

  private Dispatch dispatch(Work work) {
    long now = System.nanoTime();
    Escalation escalation = new Escalation(now, work.deadlineNanos(now), graceNanos);
    Dispatch dispatch = new Dispatch(worker, work, graceNanos, escalation, attempts, wait, this);
    slot.to(BUSY);
    if (work instanceof PendingTask task) {
      events.tell(PoolListener::taskDispatched);
      task.dispatchedTo(wait);
    }
    return dispatch;
  }

  private boolean runTaken(Work work) throws IOException {
    if (beginFailure != null) {
      Throwables.throwIfUnchecked(beginFailure);
    }
    Dispatch dispatch = begun;
    begun = null;
    if (dispatch == null) {
      if (work instanceof PendingTask task && unfinished.hasEnded(task)) {
        return true;
      }
      dispatch = dispatch(work);
    }
    String reason;
    try {
      reason = dispatch.run();
    } catch (IOException | RuntimeException | Error e) {
      // No work comes for a dead worker, and its end is not waited for: another one may have its
      // permit at once.
      wait.releasePermit();
      settle(dispatch, e);
      return false;
    }
    if (slot.state() == RECONNECTING) {
      events.tell(PoolListener::workerConnected);
    }
    slot.to(READY);
    if (reason != null) {
      log.warn("{} is recycled: {}", worker.name(), reason);
      slot.to(DRAINING, reason);
    }
    return reason == null;
  }

  private void settle(Dispatch dispatch, Throwable trouble) {
    slot.to(DEAD, trouble.getMessage());
    ExitStatus exit = worker.endAfter(trouble);
    boolean misled = trouble instanceof ProtocolException;
    boolean hadReadAll = !misled && readLastFrames(dispatch);
    if (dispatch.isAnswered()) {
      return;
    }
    if (dispatch.work() instanceof Question question) {
      question.unanswered();
    } else if (dispatch.work() instanceof PendingTask task) {
      String circumstances = worker.withExit(String.valueOf(trouble.getMessage()));
      Death death =
          new Death(worker, exit, circumstances, task, dispatch.sequence(), dispatch.heard());
      boolean endedByItself = WorkerGoneException.isFoundDead(trouble) || !worker.wasKilled();
      boolean blamed = dispatch.wasWritten() && (endedByItself || hadReadAll || misled);
      settlement = unfinished.settle(death, blamed);
    }
  }

  /**
   * Takes in what a dead worker had sent; returns whether it had read all that it was sent. If not,
   * the kernel says that the connection was reset, and not that it has ended.
   */
  private boolean readLastFrames(Dispatch dispatch) {
    try {
      dispatch.readFrames();
      return false;
    } catch (IOException e) {
      log.debug("read all that {} had sent", worker.name(), e);
      return e instanceof WorkerGoneException;
    }
  }

  @Override
  public void dispatchAgain(Work work) {
    unfinished.dispatchAgain(work);
  }

  @Override
  public void connectFailed(byte[] failure) throws IOException {
    if (slot.state() == DEAD) {
      return;
    }
    if (slot.state() != RECONNECTING) {
      slot.to(RECONNECTING, "it has lost its connection");
      disconnectedNanos = System.nanoTime();
      wait.releasePermit();
    }
    starts.failures().cannotConnect(failure);
    boolean othersCan = context.health().strength().isAnyConnected();
    if (System.nanoTime() - disconnectedNanos >= (othersCan ? RECONNECT_NANOS : OUTAGE_NANOS)) {
      starts.backoff().worked();
      log.warn("{} cannot connect again, and is replaced", slot.name());
      throw WorkerGoneException.mustEnd("it could not connect to the database again");
    }
  }

  @Override
  public void cancelling(StopReason reason) {
    slot.to(CANCELLING, reason.toString());
  }
}
