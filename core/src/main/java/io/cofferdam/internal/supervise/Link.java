package io.cofferdam.internal.supervise;

import static io.cofferdam.ExecutorSnapshot.WorkerState.BUSY;
import static io.cofferdam.ExecutorSnapshot.WorkerState.CANCELLING;
import static io.cofferdam.ExecutorSnapshot.WorkerState.DEAD;
import static io.cofferdam.ExecutorSnapshot.WorkerState.DRAINING;
import static io.cofferdam.ExecutorSnapshot.WorkerState.NEW;
import static io.cofferdam.ExecutorSnapshot.WorkerState.READY;
import static io.cofferdam.ExecutorSnapshot.WorkerState.STARTING;

import io.cofferdam.ExecutorSnapshot.WorkerSnapshot;
import io.cofferdam.internal.dispatch.FairQueue;
import io.cofferdam.internal.dispatch.PendingTask;
import io.cofferdam.internal.dispatch.StopReason;
import io.cofferdam.internal.wire.Frame;
import io.cofferdam.internal.wire.FrameType;
import io.cofferdam.internal.wire.ProtocolException;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that drives one worker slot: starts a process, waits for a seat, takes tasks from the
 * queue, runs each on the worker, and when the worker dies, settles its task and starts over.
 *
 * <p>All but {@link #handOver}, {@link #stopRequested}, {@link #seated}, {@link #shutDownTasks},
 * {@link #stop} and {@link #snapshot} runs on the link's own thread.
 */
final class Link
    implements Runnable, FairQueue.Taker, PendingTask.Runner, Seats.Waiter, Dispatch.Host {

  private static final Logger log = LoggerFactory.getLogger(Link.class);
  private static final long OWN_END_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long REFILL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long RECONNECT_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long OUTAGE_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final int MOST_DEATHS_BEFORE_START = 3;

  /** In ten seconds, for each processor. */
  private static final int MOST_DEATHS = 6;

  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

  private final Crew crew;
  private final int index;
  private final WorkerSlot slot;
  private final LinkSelector selector;
  private final Thread thread;
  private final StartPlace startPlace;
  private final Backoff backoff = new Backoff(new SplittableRandom());
  private final StartFailures startFailures;

  private volatile @Nullable PendingTask handedOver;
  private volatile boolean sleeping = true;
  private volatile boolean hasSeat;
  private volatile boolean shuttingDownTasks;
  private volatile boolean stopping;

  private final Spin idle;
  private final Spin busy;
  private boolean maySpin;
  private boolean asksForSeat;
  private boolean hasWorked;
  private long disconnectedNanos;
  private @Nullable OpenSettlement before;
  private long refillNanos;
  private int launches;

  Link(Crew crew, int index) throws IOException {
    this.crew = crew;
    this.index = index;
    String name = crew.config().name() + "-worker-" + index;
    slot = new WorkerSlot(name);
    selector = new LinkSelector();
    startFailures = new StartFailures(crew, backoff);
    startPlace = new StartPlace(selector, crew.startPlaces());
    idle = new Spin(crew.spinTurn());
    busy = new Spin(crew.spinTurn());
    thread = new Thread(this, crew.config().name() + "-link-" + index);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Asks for every task of this link to be stopped, now and later. */
  void shutDownTasks() {
    shuttingDownTasks = true;
    selector.wake();
  }

  /** Asks the link to stop its worker, once that is idle, and to end. */
  void stop() {
    stopping = true;
    selector.wake();
  }

  /** Gives back what a link has that is never started. */
  void discard() {
    closeSelector();
  }

  void join() throws InterruptedException {
    thread.join();
  }

  WorkerSnapshot snapshot() {
    return slot.snapshot();
  }

  @Override
  public void handOver(PendingTask task) {
    handedOver = task;
    if (sleeping) {
      selector.wake();
    }
  }

  @Override
  public void stopRequested(PendingTask task) {
    selector.wake();
  }

  @Override
  public void seated() {
    hasSeat = true;
    selector.wake();
  }

  @Override
  public void run() {
    while (!stopping) {
      try {
        awaitBackoff();
        if (startPlace.await(places(), () -> stopping)) {
          runGeneration();
        }
      } catch (IOException | RuntimeException | Error e) {
        backoff.failed();
        complain(e);
      }
    }
    closeSelector();
  }

  /**
   * Returns the places among which this slot waits for its turn to start. More starts at a time
   * keep a pool full that loses a worker now and then. Where workers die faster than that they
   * would take the processors from the tasks, to be killed themselves.
   */
  private Seats places() {
    boolean storm = crew.intensity().isAbove(MOST_DEATHS * PROCESSORS, System.nanoTime());
    return launches == 0 || storm ? crew.startPlaces() : crew.restartPlaces();
  }

  /** The application's logger may be what has failed; the link outlives it. */
  private void complain(Throwable failure) {
    try {
      log.error("{} failed, and starts over", thread.getName(), failure);
    } catch (RuntimeException | Error e) {
      return;
    }
  }

  private void closeSelector() {
    try {
      selector.close();
    } catch (IOException e) {
      log.debug("the selector of {} could not be closed", thread.getName(), e);
    }
  }

  /**
   * Waits until the session of the worker before is gone, so that there are never more of them than
   * a connection limit has to allow, but not for long: it may take a new worker to end it. The new
   * process is on its way meanwhile, and has not been told where to connect.
   */
  private void awaitEndOfSession() throws IOException {
    OpenSettlement settlement = before;
    while (settlement != null
        && settlement.holdsSession()
        && !stopping
        && System.nanoTime() - refillNanos < 0) {
      selector.await(refillNanos);
    }
    before = null;
  }

  private void awaitBackoff() throws IOException {
    boolean degraded = crew.intensity().isDegraded(System.nanoTime());
    boolean slowedDown = degraded && launches > 0 && !crew.strength().isShort();
    long until = System.nanoTime() + backoff.nextDelayNanos(slowedDown);
    while (!stopping && System.nanoTime() - until < 0) {
      selector.await(until);
    }
  }

  /** Runs one process of the slot, from its start to its end. */
  private void runGeneration() throws IOException {
    Launch launch;
    try {
      launch = crew.launcher().launch(index, selector);
    } catch (IOException | RuntimeException | Error e) {
      startPlace.leave();
      startFailures.cannotLaunch(e);
      return;
    }
    if (launches++ > 0) {
      crew.tally().respawns.increment();
    }
    WorkerProcess worker = launch.worker();
    slot.process(worker.name(), worker.pid());
    slot.transition(NEW, STARTING, null);
    boolean started = false;
    hasWorked = false;
    try {
      started = start(launch);
      if (started) {
        serve(worker);
      }
    } finally {
      startPlace.leave();
      end(worker, started);
    }
  }

  private boolean start(Launch launch) {
    WorkerProcess worker = launch.worker();
    try {
      awaitEndOfSession();
      launch.awaitReady(
          crew.config().limits().startup().toNanos(),
          startPlace::leave,
          () -> stopping,
          failure -> {
            startPlace.leave();
            startFailures.cannotConnect(failure);
          });
    } catch (IOException | RuntimeException | Error e) {
      if (!stopping) {
        worker.bury();
        crew.launcher().archive().distrust();
        startFailures.report(
            worker.name() + " did not start: " + describe(worker, LaunchAdvice.describe(e)),
            worker.output().tail(),
            e instanceof IOException ? null : e);
      }
      return false;
    }
    startPlace.leave();
    slot.transition(STARTING, READY, null);
    crew.tally().started();
    crew.launcher().archive().make(crew.startPlaces());
    crew.startListener().workerReady();
    return true;
  }

  @Override
  public void connectFailed(byte[] failure) throws IOException {
    if (slot.state() == DEAD) {
      return;
    }
    if (slot.state() != STARTING) {
      slot.transition(slot.state(), STARTING, "it has lost its connection");
      disconnectedNanos = System.nanoTime();
      leaveSeat();
    }
    startFailures.cannotConnect(failure);
    boolean othersCan = crew.strength().isAnyConnected();
    if (System.nanoTime() - disconnectedNanos >= (othersCan ? RECONNECT_NANOS : OUTAGE_NANOS)) {
      backoff.worked();
      log.warn("{} cannot connect again, and is replaced", slot.name());
      throw WorkerGoneException.useless("it could not connect to the database again");
    }
  }

  /** Takes a seat, and then tasks, until the worker dies or is to stop. */
  private void serve(WorkerProcess worker) throws IOException {
    try {
      while (awaitSeat(worker)) {
        slot.seated(true);
        if (!work(worker)) {
          return;
        }
      }
    } finally {
      leaveSeat();
    }
  }

  /**
   * Takes one task after the other; returns true if the worker has had to leave its seat and is
   * ready again, false if it is of no use any more.
   */
  private boolean work(WorkerProcess worker) throws IOException {
    while (asksForSeat) {
      PendingTask task = nextTask(worker);
      if (task == null || !run(worker, task)) {
        return false;
      }
      backoff.worked();
    }
    return true;
  }

  private void askForSeat() {
    if (!asksForSeat) {
      asksForSeat = true;
      if (crew.seats().takeOrWait(this)) {
        hasSeat = true;
      }
    }
  }

  /** Waits for a seat, and meanwhile answers questions; false if the worker is of no use. */
  private boolean awaitSeat(WorkerProcess worker) throws IOException {
    sleeping = true;
    askForSeat();
    while (!hasSeat) {
      PendingTask question = crew.queue().takeQuestion(this);
      while (question == null && !hasSeat) {
        if (mustLeave(worker)) {
          break;
        }
        selector.await(LinkSelector.FOREVER);
        question = handedOver;
      }
      if (question == null && !crew.queue().withdraw(this)) {
        question = awaitHandOver();
      }
      handedOver = null;
      if (question == null) {
        if (!hasSeat) {
          return false;
        }
      } else if (!run(worker, question)) {
        return false;
      }
      askForSeat();
    }
    return true;
  }

  private PendingTask awaitHandOver() throws IOException {
    PendingTask task;
    while ((task = handedOver) == null) {
      selector.await(LinkSelector.FOREVER);
    }
    return task;
  }

  /**
   * Leaves the seat, or the line of those who wait for one, where it may be given one at this very
   * moment.
   */
  @Override
  public void leaveSeat() throws IOException {
    if (!asksForSeat) {
      return;
    }
    asksForSeat = false;
    slot.seated(false);
    if (!hasSeat && crew.seats().withdraw(this)) {
      return;
    }
    while (!hasSeat) {
      selector.await(LinkSelector.FOREVER);
    }
    hasSeat = false;
    crew.seats().leave();
  }

  /** Returns the next task, or null if the worker died or is to stop. */
  private @Nullable PendingTask nextTask(WorkerProcess worker) throws IOException {
    if (stopping || !worker.isAlive()) {
      return null;
    }
    PendingTask task = crew.queue().take(this);
    if (task != null) {
      maySpin = false;
      return task;
    }
    int busyOthers = crew.config().size().workers() - crew.queue().idleTakers();
    maySpin = busyOthers + 2 <= PROCESSORS;
    spin(idle, () -> handedOver != null || stopping);
    sleeping = true;
    while (handedOver == null) {
      selector.await(LinkSelector.FOREVER);
      if (handedOver == null && mustLeave(worker) && crew.queue().withdraw(this)) {
        return null;
      }
    }
    sleeping = false;
    idle.over();
    task = handedOver;
    handedOver = null;
    return task;
  }

  /**
   * Spins if a processor is left for it: the worker or its caller needs one, this thread another.
   */
  private void spin(Spin wait, Spin.Condition condition) throws IOException {
    wait.begin();
    if (maySpin) {
      wait.until(condition);
    }
  }

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

  /** Runs a task; returns false if the worker cannot take another one. */
  private boolean run(WorkerProcess worker, PendingTask task) {
    StopReason stopped = stopReason(task);
    if (stopped != null) {
      task.answer(crew.reports().stoppedInQueue(task, stopped));
      return true;
    }
    slot.transition(READY, BUSY, null);
    hasWorked = true;
    if (task.type() == FrameType.TASK) {
      crew.tally().dispatched.increment();
    }
    Dispatch dispatch =
        new Dispatch(
            worker, task, crew.config().limits().killGrace().toNanos(), crew.reports(), this);
    task.dispatchedTo(this);
    String useless;
    try {
      if (!worker.isAlive()) {
        throw WorkerGoneException.foundDead("its process ended while it was idle");
      }
      dispatch.run();
      busy.over();
      if (slot.state() == STARTING) {
        crew.tally().started();
      }
      slot.transition(slot.state(), READY, null);
      useless = dispatch.retire();
    } catch (IOException | RuntimeException | Error e) {
      settle(worker, dispatch, e);
      return false;
    }
    if (useless != null) {
      log.warn("{} is recycled: {}", worker.name(), useless);
      slot.transition(READY, DRAINING, useless);
    }
    return useless == null;
  }

  private void settle(WorkerProcess worker, Dispatch dispatch, Throwable trouble) {
    slot.transition(slot.state(), DEAD, String.valueOf(trouble.getMessage()));
    if (isFoundDead(trouble)) {
      worker.awaitExit(System.nanoTime() + OWN_END_NANOS);
    }
    ExitStatus exit = worker.bury();
    if (!(trouble instanceof ProtocolException)) {
      readLastFrames(worker, dispatch);
    }
    if (dispatch.isAnswered()) {
      return;
    }
    String circumstances = describe(worker, String.valueOf(trouble.getMessage()));
    Verdict verdict = crew.settlement().judge(worker, dispatch, exit, circumstances);
    if (verdict.when() == Verdict.When.NEVER) {
      boolean blamed = dispatch.wasWritten() && (isFoundDead(trouble) || !worker.wasKilled());
      int deaths = blamed ? dispatch.task().endedAnotherWorker() : 0;
      dispatchAfterDeath(worker, dispatch, exit, circumstances, deaths);
    } else if (dispatch.task().type() != FrameType.TASK) {
      boolean unused = dispatch.task().answer(verdict.provisional());
    } else {
      before = crew.settlements().settle(worker, dispatch, verdict, selector::wake);
      refillNanos = System.nanoTime() + REFILL_NANOS;
    }
  }

  /**
   * Dispatches a task again that had not started, unless workers die whenever they get it.
   *
   * @param deaths how many workers have ended by themselves when they were given the task; what
   *     this side has ended, for being too slow to begin, is not the task's fault
   */
  private void dispatchAfterDeath(
      WorkerProcess worker,
      Dispatch dispatch,
      @Nullable ExitStatus exit,
      String circumstances,
      int deaths) {
    PendingTask task = dispatch.task();
    if (deaths < MOST_DEATHS_BEFORE_START || task.type() != FrameType.TASK) {
      dispatchAgain(task);
      return;
    }
    boolean unused =
        task.answer(
            crew.settlement().neverStarted(worker, dispatch, exit, circumstances, deaths),
            told -> crew.tally().callersTouched.increment());
    log.warn(
        "{} is not dispatched again: {} workers have died when they were given it, the last of them"
            + " {}",
        task.describe(),
        deaths,
        worker.name());
  }

  private static void readLastFrames(WorkerProcess worker, Dispatch dispatch) {
    try {
      dispatch.readFrames();
    } catch (IOException e) {
      log.debug("read all that {} had sent", worker.name(), e);
    }
  }

  @Override
  public void dispatchAgain(PendingTask task) {
    StopReason reason = stopReason(task);
    if (reason == null && !crew.queue().offerFirst(task)) {
      reason = StopReason.SHUTDOWN;
    }
    if (reason != null) {
      task.answer(crew.reports().stoppedInQueue(task, reason));
    }
  }

  /** Returns why a task that is not running must not start, or null. */
  private @Nullable StopReason stopReason(PendingTask task) {
    StopReason asked = task.stopReason();
    if (asked != null) {
      return asked;
    }
    if (shuttingDownTasks) {
      return StopReason.SHUTDOWN;
    }
    return task.deadlineNanos() - System.nanoTime() <= 0 ? StopReason.DEADLINE : null;
  }

  @Override
  public void cancelling(StopReason reason) {
    slot.transition(BUSY, CANCELLING, reason.toString());
  }

  @Override
  public void await(long untilNanos) throws IOException {
    selector.await(untilNanos);
  }

  @Override
  public void spin(Spin.Condition condition) throws IOException {
    spin(busy, condition);
  }

  @Override
  public boolean isShuttingDown() {
    return shuttingDownTasks;
  }

  @Override
  public boolean isStopping() {
    return stopping;
  }

  /**
   * Ends the generation: whatever its process still does, and whatever fails here, it is dead and
   * released after this.
   */
  private void end(WorkerProcess worker, boolean started) {
    try {
      endProcess(worker, started);
    } finally {
      worker.kill();
      worker.release();
      slot.transition(slot.state(), NEW, null);
    }
  }

  private void endProcess(WorkerProcess worker, boolean started) {
    if (stopping && slot.state() == READY) {
      slot.transition(READY, DRAINING, "the executor is closing");
      worker.dismiss();
    }
    boolean expected = slot.state() == DRAINING || stopping;
    if (slot.state() != DEAD) {
      if (started && !expected) {
        worker.awaitExit(System.nanoTime() + OWN_END_NANOS);
      }
      slot.transition(slot.state(), DEAD, null);
    }
    ExitStatus exit = worker.bury();
    if (started && !expected && !worker.wasKilled()) {
      if (!hasWorked) {
        backoff.failed();
      }
      crashed(worker, exit);
    }
  }

  private void crashed(WorkerProcess worker, @Nullable ExitStatus exit) {
    crew.tally().crashes.increment();
    log.warn("{} (pid {}) crashed: {}", worker.name(), worker.pid(), exit);
    if (crew.intensity().crashed(System.nanoTime())) {
      log.error(
          "{}: more than {} workers crashed within a minute; restarts are slowed down until it is"
              + " less",
          crew.config().name(),
          crew.intensity().limit());
    }
  }

  /** Tells whether the worker seems to be ending by itself, so that its own exit code will come. */
  private static boolean isFoundDead(Throwable trouble) {
    return trouble instanceof WorkerGoneException gone
        ? gone.isFoundDead()
        : trouble instanceof IOException && !(trouble instanceof ProtocolException);
  }

  private static String describe(WorkerProcess worker, String trouble) {
    ExitStatus exit = worker.awaitExit(System.nanoTime());
    return exit == null || worker.wasKilled() ? trouble : trouble + "; it " + exit;
  }
}
