package io.cofferdam.internal.supervise;

import io.cofferdam.ExecutorSnapshot.WorkerSnapshot;
import io.cofferdam.internal.log.Log;
import io.cofferdam.internal.process.Launch;
import io.cofferdam.internal.settle.Settlement;
import java.io.IOException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The thread that drives one worker slot: it runs one {@link Generation} after the other until it
 * is told to stop. Thread-safe.
 */
final class Link {

  private static final Log log = Log.of(Link.class);

  private final SlotContext context;
  private final int number;
  private final Predicate<Link> mayEnd;
  private final WorkerSlot slot;
  private final SlotWait wait;
  private final Starts starts;
  private final Thread thread;

  /**
   * Prepares a slot; {@link #start} starts it.
   *
   * @param mayEnd decides, when it was told to stop and its worker has ended, whether it ends
   */
  Link(SlotContext context, int number, Predicate<Link> mayEnd) throws IOException {
    this.context = context;
    this.number = number;
    this.mayEnd = mayEnd;
    slot = new WorkerSlot(context.config().name() + "-worker-" + number);
    wait = new SlotWait(context.tasks().queue(), context.limits().permits(), slot);
    starts = new Starts(context, wait);
    thread = new Thread(this::run, context.config().name() + "-link-" + number);
    thread.setDaemon(true);
  }

  int number() {
    return number;
  }

  void start() {
    thread.start();
  }

  /** Asks for every task of this link to be stopped, now and later. */
  void shutDownTasks() {
    wait.shutDownTasks();
  }

  /** Asks the link to stop its worker, once that is idle, and to end. */
  void stop() {
    wait.stop();
  }

  /** Has the link take in the size that the pool has by now. */
  void sizeChanged() {
    wait.sizeChanged();
  }

  /** Takes back that it was asked to stop, after its worker has ended. For the link thread. */
  void startOver() {
    starts.startOver();
    wait.startOver();
  }

  /** Gives back what a link has that is never started. */
  void discard() {
    closeWait();
  }

  /**
   * Waits for the end of the link, which the machine may have had no thread for.
   *
   * @return whether the caller was interrupted meanwhile
   */
  boolean join() {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        closeWait();
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
  }

  WorkerSnapshot snapshot() {
    return slot.snapshot();
  }

  private void run() {
    do {
      runGenerations();
    } while (!mayEnd.test(this));
    closeWait();
  }

  private void runGenerations() {
    Settlement before = null;
    while (!wait.isStopping()) {
      try {
        if (starts.await()) {
          before = runGeneration(before);
        }
      } catch (IOException | RuntimeException | Error e) {
        starts.backoff().failed();
        log.error("{} failed, and starts over", thread.getName(), e);
      }
    }
  }

  /** Runs one process of the slot; returns the settlement of its task, if that is open. */
  private @Nullable Settlement runGeneration(@Nullable Settlement before) throws IOException {
    Launch launch;
    try {
      launch = context.launcher().launch(number, wait.selector());
    } catch (IOException | RuntimeException | Error e) {
      starts.releasePermit();
      starts.failures().cannotLaunch(e);
      return before;
    }
    starts.started();
    return new Generation(context, slot, wait, starts, launch).run(before);
  }

  private void closeWait() {
    try {
      wait.close();
    } catch (IOException e) {
      log.debug("the selector of {} could not be closed", thread.getName(), e);
    }
  }
}
