package io.cofferdam.internal.queue;

import io.cofferdam.internal.task.PendingTask;

/** A task on its way to a taker. */
record HandOver(Taker taker, PendingTask task) {
  void run() {
    taker.handOver(task);
  }
}
