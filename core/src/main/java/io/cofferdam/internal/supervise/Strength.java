package io.cofferdam.internal.supervise;

import io.cofferdam.ExecutorSnapshot.WorkerSnapshot;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * How many workers of an executor are connected to the database, read from the states of their
 * slots when somebody asks. Thread-safe.
 */
final class Strength {

  private final IntSupplier workers;
  private final Supplier<List<WorkerSnapshot>> slots;

  /**
   * Watches the slots of an executor.
   *
   * @param workers how many are to run tasks
   */
  Strength(IntSupplier workers, Supplier<List<WorkerSnapshot>> slots) {
    this.workers = workers;
    this.slots = slots;
  }

  /** Returns whether fewer than half of the workers could run a task, spares included. */
  boolean isShort() {
    return 2 * connected() < workers.getAsInt();
  }

  /** Returns whether the database can be reached: by some worker, if not by the one that asks. */
  boolean isAnyConnected() {
    return connected() > 0;
  }

  private long connected() {
    return slots.get().stream().filter(Strength::isConnected).count();
  }

  private static boolean isConnected(WorkerSnapshot worker) {
    return switch (worker.state()) {
      case READY, BUSY, CANCELLING -> true;
      case NEW, STARTING, DRAINING, DEAD -> false;
    };
  }
}
