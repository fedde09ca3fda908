package io.cofferdam.internal.supervise;

import io.cofferdam.ExecutorSnapshot.WorkerSnapshot;
import io.cofferdam.internal.log.Log;
import io.cofferdam.internal.process.Launch;
import io.cofferdam.internal.settle.Settlement;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The thread that drives one worker slot: it runs one {@link Generation} after the other until it
 * is told to stop. Thread-safe.
 */
final class Link {

  private static final Log log = Log.of(Link.class);

  private final SlotContext context;
  private final int index;
  private final WorkerSlot slot;
  private final SlotWait wait;
  private final Starts starts;
  private final Thread thread;

  Link(SlotContext context, int index) throws IOException {
    this.context = context;
    this.index = index;
    slot = new WorkerSlot(context.config().name() + "-worker-" + index);
    wait = new SlotWait(context, slot);
    starts = new Starts(context, wait);
    thread = new Thread(this::run, context.config().name() + "-link-" + index);
    thread.setDaemon(true);
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

  /** Gives back what a link has that is never started. */
  void discard() {
    closeWait();
  }

  /** Waits for the end of the link, which the machine may have had no thread for. */
  void join() throws InterruptedException {
    thread.join();
    closeWait();
  }

  WorkerSnapshot snapshot() {
    return slot.snapshot();
  }

  private void run() {
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
    closeWait();
  }

  /** Runs one process of the slot; returns the settlement of its task, if that is open. */
  private @Nullable Settlement runGeneration(@Nullable Settlement before) throws IOException {
    Launch launch;
    try {
      launch = context.launcher().launch(index, wait.selector());
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
