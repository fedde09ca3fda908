package io.cofferdam.internal.supervise;

import static io.cofferdam.internal.supervise.SlotState.DEAD;
import static io.cofferdam.internal.supervise.SlotState.DRAINING;
import static io.cofferdam.internal.supervise.SlotState.NEW;
import static io.cofferdam.internal.supervise.SlotState.READY;
import static io.cofferdam.internal.supervise.SlotState.STARTING;

import io.cofferdam.internal.log.Log;
import io.cofferdam.internal.process.ExitStatus;
import io.cofferdam.internal.process.Launch;
import io.cofferdam.internal.process.LaunchAdvice;
import io.cofferdam.internal.process.WorkerProcess;
import io.cofferdam.internal.settle.Settlement;
import io.cofferdam.internal.stats.PoolListener;
import io.cofferdam.internal.task.Work;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One process of a slot, from its start to its end: starts it, leases it to one piece of work after
 * the other, and ends it. Used by the link thread alone.
 */
final class Generation {

  private static final Log log = Log.of(Generation.class);

  private final SlotContext context;
  private final WorkerSlot slot;
  private final SlotWait wait;
  private final Starts starts;
  private final Launch launch;
  private final WorkerProcess worker;
  private final Backoff backoff;
  private final Lease lease;

  private boolean connected;
  private boolean hasWorked;

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
    backoff = starts.backoff();
    lease = new Lease(context, slot, wait, starts, worker, new UnfinishedWork(context, wait));
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
    return lease.settlement();
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
        if (!isKilledByOthers(worker.endAfter(e)) && launch.usesArchive()) {
          // Each start that had the archive is tried again without it, and no more start with it:
          // so a broken one costs one start of each slot, and none of them is reported.
          context.launcher().archive().distrust();
          log.debug("{} did not start with the class archive", worker.name(), e);
          return false;
        }
        starts
            .failures()
            .report(
                worker.name() + " did not start: " + worker.withExit(LaunchAdvice.describe(e)),
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
      Work work = wait.next(worker, lease);
      while (work != null) {
        hasWorked = true;
        if (!lease.run(work)) {
          return;
        }
        backoff.worked();
        work = wait.next(worker, lease);
      }
    } finally {
      wait.releasePermit();
    }
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
      slot.to(DRAINING, "its slot is not needed any more");
      worker.askToStop();
    }
    boolean expected = slot.state() == DRAINING || wait.isStopping();
    if (slot.state() != DEAD) {
      if (connected && !expected) {
        worker.awaitOwnEnd();
      }
      slot.to(DEAD);
    }
    ExitStatus exit = worker.endAndReap();
    if (connected && !expected && !worker.wasKilled()) {
      if (!hasWorked) {
        backoff.failed();
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
}
