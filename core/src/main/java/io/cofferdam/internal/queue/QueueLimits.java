package io.cofferdam.internal.queue;

import io.cofferdam.TransactionRejectedException.Reason;
import io.cofferdam.internal.task.ClientQueue;
import io.cofferdam.internal.task.PendingTask;
import org.jspecify.annotations.Nullable;

/**
 * How many tasks may wait, in all and of one client, and how many do. Guarded by the lock of the
 * {@link FairQueue}.
 */
public final class QueueLimits {

  private final int maxQueued;
  private final int maxQueuedPerClient;
  private int queued;

  public QueueLimits(int maxQueued, int maxQueuedPerClient) {
    this.maxQueued = maxQueued;
    this.maxQueuedPerClient = maxQueuedPerClient;
  }

  /** Returns why one more task of this client may not wait, or null. */
  @Nullable Reason full(ClientQueue client) {
    if (queued >= maxQueued) {
      return Reason.QUEUE_FULL;
    }
    return client.bounded >= maxQueuedPerClient ? Reason.CLIENT_QUEUE_FULL : null;
  }

  /** Notes that a task waits; one that no limit applies to does not count. */
  void waits(PendingTask task) {
    if (task.isBounded()) {
      task.client().bounded++;
      queued++;
    }
  }

  void waitsNoMore(PendingTask task) {
    if (task.isBounded()) {
      task.client().bounded--;
      queued--;
    }
  }
}
