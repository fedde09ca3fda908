package io.cofferdam.internal.supervise;

import static io.cofferdam.ExecutorSnapshot.WorkerState.BUSY;
import static io.cofferdam.ExecutorSnapshot.WorkerState.CANCELLING;
import static io.cofferdam.ExecutorSnapshot.WorkerState.DEAD;
import static io.cofferdam.ExecutorSnapshot.WorkerState.DRAINING;
import static io.cofferdam.ExecutorSnapshot.WorkerState.NEW;
import static io.cofferdam.ExecutorSnapshot.WorkerState.READY;
import static io.cofferdam.ExecutorSnapshot.WorkerState.STARTING;

import io.cofferdam.ExecutorSnapshot.WorkerSnapshot;
import io.cofferdam.Outcome;
import io.cofferdam.internal.dispatch.Answer;
import io.cofferdam.internal.dispatch.FairQueue;
import io.cofferdam.internal.dispatch.PendingTask;
import io.cofferdam.internal.dispatch.Question;
import io.cofferdam.internal.dispatch.StopReason;
import io.cofferdam.internal.dispatch.Work;
import io.cofferdam.internal.wire.Frame;
import io.cofferdam.internal.wire.ProtocolException;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The thread that drives one worker slot: starts a process, waits for a seat, takes tasks from the
 * queue, runs each on the worker, and when the worker dies, settles its task and starts over.
 *
 * <p>All but {@link #handOver}, {@link #stopRequested}, {@link #seated}, {@link #shutDownTasks},
 * {@link #stop} and {@link #snapshot} runs on the link's own thread.
 */
final class Link
    implements Runnable, FairQueue.Taker, PendingTask.Runner, Seats.Waiter, Dispatch.Host {

  private static final Log log = Log.of(Link.class);
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

  private volatile @Nullable Work handedOver;
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
    startPlace = new StartPlace(selector, crew.places().starts());
    idle = new Spin(crew.places().spinTurn());
    busy = new Spin(crew.places().spinTurn());
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

  /** Waits for the end of the link, which the machine may have had no thread for. */
  void join() throws InterruptedException {
    thread.join();
    closeSelector();
  }

  WorkerSnapshot snapshot() {
    return slot.snapshot();
  }

  @Override
  public void handOver(Work work) {
    handedOver = work;
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
        log.error("{} failed, and starts over", thread.getName(), e);
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
    boolean storm = crew.health().intensity().isAbove(MOST_DEATHS * PROCESSORS, System.nanoTime());
    return launches == 0 || storm ? crew.places().starts() : crew.places().restarts();
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
    boolean degraded = crew.health().intensity().isDegraded(System.nanoTime());
    boolean slowedDown = degraded && launches > 0 && !crew.health().strength().isShort();
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
    crew.events().processStarted(launches++ > 0);
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
        if (isFoundDead(e)) {
          worker.awaitExit(System.nanoTime() + OWN_END_NANOS);
        }
        if (!isKilledByOthers(worker, worker.bury())) {
          crew.launcher().archive().distrust();
        }
        startFailures.report(
            worker.name() + " did not start: " + describe(worker, LaunchAdvice.describe(e)),
            worker.output().tail(),
            e instanceof IOException ? null : e);
      }
      return false;
    }
    startPlace.leave();
    slot.transition(STARTING, READY, null);
    crew.events().workerConnected();
    crew.launcher().archive().make(crew.places().starts());
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
    boolean othersCan = crew.health().strength().isAnyConnected();
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
      Work work = nextWork(worker);
      if (work == null || !run(worker, work)) {
        return false;
      }
      backoff.worked();
    }
    return true;
  }

  private void askForSeat() {
    if (!asksForSeat) {
      asksForSeat = true;
      if (crew.places().seats().takeOrWait(this)) {
        hasSeat = true;
      }
    }
  }

  /** Waits for a seat, and meanwhile answers questions; false if the worker is of no use. */
  private boolean awaitSeat(WorkerProcess worker) throws IOException {
    sleeping = true;
    askForSeat();
    while (!hasSeat) {
      Work question = crew.tasks().queue().takeQuestion(this);
      while (question == null && !hasSeat) {
        if (mustLeave(worker)) {
          break;
        }
        selector.await(LinkSelector.FOREVER);
        question = handedOver;
      }
      if (question == null && !crew.tasks().queue().withdraw(this)) {
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

  private Work awaitHandOver() throws IOException {
    Work work = handedOver;
    while (work == null) {
      selector.await(LinkSelector.FOREVER);
      work = handedOver;
    }
    return work;
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
    if (!hasSeat && crew.places().seats().withdraw(this)) {
      return;
    }
    while (!hasSeat) {
      selector.await(LinkSelector.FOREVER);
    }
    hasSeat = false;
    crew.places().seats().leave();
  }

  /** Returns what to do next, or null if the worker died or is to stop. */
  private @Nullable Work nextWork(WorkerProcess worker) throws IOException {
    if (stopping || !worker.isAlive()) {
      return null;
    }
    Work work = crew.tasks().queue().take(this);
    if (work != null) {
      maySpin = false;
      return work;
    }
    int busyOthers = crew.config().size().workers() - crew.tasks().queue().idleTakers();
    maySpin = busyOthers + 2 <= PROCESSORS;
    spin(idle, () -> handedOver != null || stopping);
    sleeping = true;
    while (handedOver == null) {
      selector.await(LinkSelector.FOREVER);
      if (handedOver == null && mustLeave(worker) && crew.tasks().queue().withdraw(this)) {
        return null;
      }
    }
    sleeping = false;
    idle.over();
    work = handedOver;
    handedOver = null;
    return work;
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

  /**
   * Does some work; returns false if the worker cannot take more. If this side fails, for want of
   * memory say, a task has its answer all the same: nobody else would give it.
   */
  private boolean run(WorkerProcess worker, Work work) {
    try {
      return runTaken(worker, work);
    } catch (RuntimeException | Error failure) {
      worker.kill();
      if (work instanceof Question question) {
        question.unanswered();
      } else if (work instanceof PendingTask task) {
        Answer answer = crew.settling().judge().notJudged(worker, task, failure);
        CompletionStage<Outcome> never = CompletableFuture.completedStage(Outcome.UNKNOWN);
        boolean unused = crew.tasks().attempts().end(task, answer.following(never, true));
      }
      throw failure;
    }
  }

  private boolean runTaken(WorkerProcess worker, Work work) {
    if (work instanceof PendingTask task && hasEnded(task)) {
      return true;
    }
    slot.transition(READY, BUSY, null);
    hasWorked = true;
    long graceNanos = crew.config().limits().killGrace().toNanos();
    Dispatch dispatch = new Dispatch(worker, work, graceNanos, crew.tasks(), this);
    if (work instanceof PendingTask task) {
      crew.events().taskDispatched();
      task.dispatchedTo(this);
    }
    String useless;
    try {
      if (!worker.isAlive()) {
        throw WorkerGoneException.foundDead("its process ended while it was idle");
      }
      dispatch.run();
      busy.over();
      if (slot.state() == STARTING) {
        crew.events().workerConnected();
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
    boolean hadReadAll =
        !(trouble instanceof ProtocolException) && readLastFrames(worker, dispatch);
    if (dispatch.isAnswered()) {
      return;
    }
    if (dispatch.work() instanceof Question question) {
      question.unanswered();
      return;
    }
    PendingTask task = dispatch.task();
    String circumstances = describe(worker, String.valueOf(trouble.getMessage()));
    Verdict verdict = crew.settling().judge().judge(worker, dispatch, exit, circumstances);
    if (verdict.when() == Verdict.When.NEVER) {
      boolean endedByItself = isFoundDead(trouble) || !worker.wasKilled();
      boolean blamed = dispatch.wasWritten() && (endedByItself || hadReadAll);
      int deaths = blamed ? task.endedAnotherWorker() : 0;
      dispatchAfterDeath(worker, dispatch, exit, circumstances, deaths);
    } else {
      before = crew.settling().desk().settle(worker, dispatch, task, verdict, selector::wake);
      refillNanos = System.nanoTime() + REFILL_NANOS;
    }
  }

  /**
   * Dispatches a task again that had not started, unless workers die whenever they get it.
   *
   * @param deaths how many workers have ended by themselves when they were given the task, or had
   *     read it whole before this side ended them; those that were stopped or starved before they
   *     read it are not the task's fault
   */
  private void dispatchAfterDeath(
      WorkerProcess worker,
      Dispatch dispatch,
      @Nullable ExitStatus exit,
      String circumstances,
      int deaths) {
    PendingTask task = dispatch.task();
    if (deaths < MOST_DEATHS_BEFORE_START) {
      dispatchAgain(task);
      return;
    }
    boolean unused =
        crew.tasks()
            .attempts()
            .end(
                task,
                crew.settling().judge().neverStarted(worker, dispatch, exit, circumstances, deaths),
                told -> crew.events().crashTold());
    log.warn(
        "{} is not dispatched again: {} workers have died when they were given it, the last of them"
            + " {}",
        task.describe(),
        deaths,
        worker.name());
  }

  /**
   * Takes in what a dead worker had sent; returns whether it had read all that it was sent. If not,
   * the kernel says that the connection was reset, and not that it has ended.
   */
  private static boolean readLastFrames(WorkerProcess worker, Dispatch dispatch) {
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
    if (work instanceof PendingTask task) {
      if (!hasEnded(task) && !crew.tasks().queue().offerFirst(task)) {
        stopped(task, StopReason.SHUTDOWN);
      }
    } else if (work instanceof Question question && !crew.tasks().queue().offer(question)) {
      question.unanswered();
    }
  }

  /** Answers a task that is not running, and must not start; returns whether that is so. */
  private boolean hasEnded(PendingTask task) {
    StopReason reason = stopReason(task);
    if (reason != null) {
      stopped(task, reason);
    }
    return reason != null;
  }

  private void stopped(PendingTask task, StopReason reason) {
    boolean unused =
        crew.tasks().attempts().end(task, crew.tasks().reports().stoppedInQueue(task, reason));
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
    crew.events().workerCrashed();
    if (worker.fatalErrorLog() != null) {
      crew.launcher().limitFatalErrorLogs();
    }
    log.warn("{} (pid {}) crashed: {}", worker.name(), worker.pid(), exit);
    if (crew.health().intensity().crashed(System.nanoTime())) {
      log.error(
          "{}: more than {} workers crashed within a minute; restarts are slowed down until it is"
              + " less",
          crew.config().name(),
          crew.health().intensity().limit());
    }
  }

  /** Tells whether somebody else has sent SIGKILL, such as the kernel when memory runs out. */
  private static boolean isKilledByOthers(WorkerProcess worker, @Nullable ExitStatus exit) {
    return exit != null && exit.isKill() && !worker.wasKilled();
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
