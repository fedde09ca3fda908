package io.cofferdam.internal.supervise;

import io.cofferdam.Outcome;
import io.cofferdam.internal.dispatch.FairQueue;
import io.cofferdam.internal.dispatch.SettlementTask;
import io.cofferdam.internal.wire.SettleRequest;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Where the settlements of an executor are while they are open: brings their questions to the
 * queue, and keeps their time. Its thread sleeps as long as no worker dies. Thread-safe.
 */
final class SettlementDesk implements OpenSettlement.Desk {

  private final FairQueue queue;
  private final int takers;
  private final Executor callbacks;
  private final ScheduledThreadPoolExecutor timer;
  private final Set<OpenSettlement> open = ConcurrentHashMap.newKeySet();

  /**
   * Creates the desk of an executor.
   *
   * @param takers how many links there are
   * @param callbacks runs what depends on resolutions
   */
  SettlementDesk(String executor, FairQueue queue, int takers, Executor callbacks) {
    this.queue = queue;
    this.takers = takers;
    this.callbacks = callbacks;
    timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, executor + "-settlement");
              thread.setDaemon(true);
              return thread;
            });
    timer.setRemoveOnCancelPolicy(true);
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** Begins a settlement whose caller is to be told something by a time. */
  void open(OpenSettlement settlement, long tellByNanos) {
    open.add(settlement);
    settlement.ask();
    after(tellByNanos - System.nanoTime(), settlement::tellNow);
  }

  /** Ends all settlements with what is known by now. No worker can be asked any more. */
  void close() {
    timer.shutdown();
    List.copyOf(open).forEach(OpenSettlement::complete);
  }

  @Override
  public void ask(OpenSettlement settlement, SettleRequest request, Set<FairQueue.Taker> excluded) {
    SettlementTask question =
        new SettlementTask(UUID.randomUUID(), request, excluded, settlement::answered);
    if (!queue.offer(question)) {
      settlement.complete();
    }
  }

  @Override
  public void askLater(OpenSettlement settlement, long delayNanos) {
    after(delayNanos, settlement::ask);
  }

  @Override
  public int takers() {
    return takers;
  }

  @Override
  public void over(
      OpenSettlement settlement, CompletableFuture<Outcome> resolution, Outcome outcome) {
    open.remove(settlement);
    callbacks.execute(() -> resolution.complete(outcome));
  }

  private void after(long delayNanos, Runnable step) {
    if (!timer.isShutdown()) {
      var unused = timer.schedule(step, Math.max(0, delayNanos), TimeUnit.NANOSECONDS);
    }
  }
}
