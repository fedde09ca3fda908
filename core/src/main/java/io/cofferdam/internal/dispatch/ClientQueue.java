package io.cofferdam.internal.dispatch;

import java.util.ArrayDeque;

/**
 * What one client handle has waiting. Its state is guarded by the lock of the {@link FairQueue},
 * which refers to it only while it has work: an idle handle is referenced by nobody.
 */
public final class ClientQueue {

  private final String name;

  /** Tasks that may be taken, in the order in which they will start. */
  final ArrayDeque<PendingTask> waiting = new ArrayDeque<>(2);

  /** How many tasks that wait, in this order or held, are bounded by the queue's limits. */
  int bounded;

  boolean closed;

  public ClientQueue(String name) {
    this.name = name;
  }

  public String name() {
    return name;
  }
}
