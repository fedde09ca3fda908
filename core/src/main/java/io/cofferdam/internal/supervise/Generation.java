package io.cofferdam.internal.supervise;

import static io.cofferdam.internal.supervise.SlotState.BUSY;
import static io.cofferdam.internal.supervise.SlotState.CANCELLING;
import static io.cofferdam.internal.supervise.SlotState.DEAD;
import static io.cofferdam.internal.supervise.SlotState.DRAINING;
import static io.cofferdam.internal.supervise.SlotState.NEW;
import static io.cofferdam.internal.supervise.SlotState.READY;
import static io.cofferdam.internal.supervise.SlotState.RECONNECTING;
import static io.cofferdam.internal.supervise.SlotState.STARTING;

import io.cofferdam.internal.log.Log;
import io.cofferdam.internal.process.ExitStatus;
import io.cofferdam.internal.process.Launch;
import io.cofferdam.internal.process.LaunchAdvice;
import io.cofferdam.internal.process.WorkerGoneException;
import io.cofferdam.internal.process.WorkerProcess;
import io.cofferdam.internal.settle.Death;
import io.cofferdam.internal.settle.Settlement;
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
 * One process of a slot, from its start to its end: starts it, gives it work, and when it dies, has
 * its task settled. Used by the link thread alone.
 */
final class Generation implements Dispatch.Host {

  private static final Log log = Log.of(Generation.class);
  private static final long OWN_END_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long RECONNECT_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long OUTAGE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final SlotContext context;
  private final WorkerSlot slot;
  private final SlotWait wait;
  private final Starts starts;
  private final Launch launch;
  private final WorkerProcess worker;
  private final UnfinishedWork unfinished;

  private boolean connected;
  private boolean hasWorked;
  private long disconnectedNanos;
  private @Nullable Settlement settlement;

  /**
   * Takes charge of a process that was just started.
   *
   * @param starts what the slot knows of its starts
   */
  Generation(SlotContext context, WorkerSlot slot, SlotWait wait, Starts starts, Launch launch) {
    this.context = context;
    this.slot = slot;
    this.wait = wait;
    this.starts = starts;
    this.launch = launch;
    worker = launch.worker();
    unfinished = new UnfinishedWork(context, wait);
  }

  /**
   * Runs the process until it has ended.
   *
   * @param before the settlement of the process before, if it is open
   * @return the settlement of this one, if it is open
   */
  @Nullable Settlement run(@Nullable Settlement before) throws IOException {
    slot.process(worker.name(), worker.pid());
    slot.to(STARTING);
    try {
      connected = start(before);
      if (connected) {
        serve();
      }
    } finally {
      starts.releasePermit();
      end();
    }
    return settlement;
  }

  private boolean start(@Nullable Settlement before) {
    try {
      awaitEndOfSession(before);
      launch.awaitReady(
          context.config().limits().startup().toNanos(),
          starts::releasePermit,
          wait::isStopping,
          failure -> {
            starts.releasePermit();
            starts.failures().cannotConnect(failure);
          });
    } catch (IOException | RuntimeException | Error e) {
      if (!wait.isStopping()) {
        if (isFoundDead(e)) {
          worker.awaitExit(System.nanoTime() + OWN_END_NANOS);
        }
        if (!isKilledByOthers(worker.endAndReap())) {
          context.launcher().archive().distrust();
        }
        starts
            .failures()
            .report(
                worker.name() + " did not start: " + describe(LaunchAdvice.describe(e)),
                worker.output().tail(),
                e instanceof IOException ? null : e);
      }
      return false;
    }
    starts.releasePermit();
    slot.to(READY);
    context.events().tell(PoolListener::workerConnected);
    context.launcher().archive().make(context.limits().starts());
    return true;
  }

  /**
   * Waits until the session of the worker before is gone, so that there are never more of them than
   * a connection limit has to allow, but not for long: it may take a new worker to end it. The new
   * process is on its way meanwhile, and has not been told where to connect.
   */
  private void awaitEndOfSession(@Nullable Settlement before) throws IOException {
    while (before != null && before.holdsBackSuccessor() && !wait.isStopping()) {
      wait.until(before.successorNanos());
    }
  }

  /** Does one thing after the other, until the worker dies or is to stop. */
  private void serve() throws IOException {
    try {
      Work work = wait.next(worker);
      while (work != null && run(work)) {
        starts.backoff().worked();
        work = wait.next(worker);
      }
    } finally {
      wait.releasePermit();
    }
  }

  /**
   * Does some work; returns false if the worker cannot take more. If this side fails, for want of
   * memory say, a task has its answer all the same: no other thread would give it.
   */
  private boolean run(Work work) {
    try {
      return runTaken(work);
    } catch (RuntimeException | Error failure) {
      worker.kill();
      unfinished.failed(worker, work, failure);
      throw failure;
    }
  }

  private boolean runTaken(Work work) {
    if (work instanceof PendingTask task && unfinished.hasEnded(task)) {
      return true;
    }
    slot.to(BUSY);
    hasWorked = true;
    long graceNanos = context.config().limits().killGrace().toNanos();
    Dispatch dispatch = new Dispatch(worker, work, graceNanos, context.tasks(), this);
    if (work instanceof PendingTask task) {
      context.events().tell(PoolListener::taskDispatched);
      task.dispatchedTo(wait);
    }
    try {
      if (!worker.isAlive()) {
        throw WorkerGoneException.foundDead("its process ended while it was idle");
      }
      dispatch.run();
    } catch (IOException | RuntimeException | Error e) {
      settle(dispatch, e);
      return false;
    }
    wait.spinOver();
    if (slot.state() == RECONNECTING) {
      context.events().tell(PoolListener::workerConnected);
    }
    slot.to(READY);
    String reason = dispatch.recycleReason();
    if (reason != null) {
      log.warn("{} is recycled: {}", worker.name(), reason);
      slot.to(DRAINING, reason);
    }
    return reason == null;
  }

  private void settle(Dispatch dispatch, Throwable trouble) {
    slot.to(DEAD, trouble.getMessage());
    if (isFoundDead(trouble)) {
      worker.awaitExit(System.nanoTime() + OWN_END_NANOS);
    }
    ExitStatus exit = worker.endAndReap();
    boolean hadReadAll = !(trouble instanceof ProtocolException) && readLastFrames(dispatch);
    if (dispatch.isAnswered()) {
      return;
    }
    if (dispatch.work() instanceof Question question) {
      question.unanswered();
    } else if (dispatch.work() instanceof PendingTask task) {
      String circumstances = describe(String.valueOf(trouble.getMessage()));
      Death death =
          new Death(worker, exit, circumstances, task, dispatch.sequence(), dispatch.heard());
      boolean endedByItself = isFoundDead(trouble) || !worker.wasKilled();
      boolean blamed = dispatch.wasWritten() && (endedByItself || hadReadAll);
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

  @Override
  public void releasePermit() throws IOException {
    wait.releasePermit();
  }

  @Override
  public void await(long untilNanos) throws IOException {
    wait.until(untilNanos);
  }

  @Override
  public void spin(Spin.Condition condition) throws IOException {
    wait.spin(condition);
  }

  @Override
  public boolean isShuttingDown() {
    return wait.isShuttingDownTasks();
  }

  @Override
  public boolean isStopping() {
    return wait.isStopping();
  }

  /**
   * Whatever the process still does, and whatever fails here, it is dead and released after this.
   */
  private void end() {
    try {
      endProcess();
    } finally {
      worker.kill();
      worker.release();
      if (slot.state() != DEAD) {
        slot.to(DEAD);
      }
      slot.to(NEW);
    }
  }

  private void endProcess() {
    if (wait.isStopping() && slot.state() == READY) {
      slot.to(DRAINING, "the executor is closing");
      worker.askToStop();
    }
    boolean expected = slot.state() == DRAINING || wait.isStopping();
    if (slot.state() != DEAD) {
      if (connected && !expected) {
        worker.awaitExit(System.nanoTime() + OWN_END_NANOS);
      }
      slot.to(DEAD);
    }
    ExitStatus exit = worker.endAndReap();
    if (connected && !expected && !worker.wasKilled()) {
      if (!hasWorked) {
        starts.backoff().failed();
      }
      crashed(exit);
    }
  }

  private void crashed(@Nullable ExitStatus exit) {
    context.events().tell(PoolListener::workerCrashed);
    if (worker.fatalErrorLog() != null) {
      context.launcher().limitFatalErrorLogs();
    }
    log.warn("{} (pid {}) crashed: {}", worker.name(), worker.pid(), exit);
    RestartIntensity intensity = context.health().intensity();
    if (intensity.crashed(System.nanoTime())) {
      log.error(
          "{}: more than {} workers crashed within a minute; restarts are slowed down until it is"
              + " less",
          context.config().name(),
          intensity.limit());
    }
  }

  /** Returns whether somebody else has sent SIGKILL, such as the kernel when memory runs out. */
  private boolean isKilledByOthers(@Nullable ExitStatus exit) {
    return exit != null && exit.isKill() && !worker.wasKilled();
  }

  /** Returns whether the worker seems to end by itself, so that its own exit code will come. */
  private static boolean isFoundDead(Throwable trouble) {
    return trouble instanceof WorkerGoneException gone
        ? gone.isFoundDead()
        : trouble instanceof IOException && !(trouble instanceof ProtocolException);
  }

  private String describe(String trouble) {
    ExitStatus exit = worker.awaitExit(System.nanoTime());
    return exit == null || worker.wasKilled() ? trouble : trouble + "; it " + exit;
  }
}
