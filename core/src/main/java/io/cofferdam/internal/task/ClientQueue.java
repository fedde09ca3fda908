package io.cofferdam.internal.task;

import io.cofferdam.internal.queue.FairQueue;
import java.util.ArrayDeque;

/**
 * What one client handle has waiting. Its state is guarded by the lock of the {@link FairQueue},
 * which refers to it only while it has work: nothing refers to an idle handle.
 */
public final class ClientQueue {

  private final String name;

  /** Tasks that may be taken, in the order in which they will start. */
  public final ArrayDeque<PendingTask> waiting = new ArrayDeque<>(2);

  /** How many tasks that wait, in this order or held, are bounded by the queue's limits. */
  public int bounded;

  public boolean closed;

  public ClientQueue(String name) {
    this.name = name;
  }

  public String name() {
    return name;
  }
}
