package io.cofferdam.benchmarks.queue;

import io.cofferdam.benchmarks.run.Heap;
import java.util.Map;

/** What client handles and waiting tasks take of the heap. */
final class HeapUse implements QueueMeasurement {

  static final String HANDLE = "handle";
  static final String TASK = "waiting task";

  private final QueueOrder order;

  HeapUse(QueueOrder order) {
    this.order = order;
  }

  @Override
  public Map<String, Double> take() {
    long before = Heap.usedBytes();
    try (QueueRig rig = new QueueRig(order, Integer.MAX_VALUE)) {
      long idle = Heap.usedBytes();
      for (int i = 0; i < rig.handles(); i++) {
        rig.offer(rig.ownTask(rig.handle(i)));
      }
      long full = Heap.usedBytes();
      if (rig.queue().size() != rig.handles()) {
        throw new IllegalStateException("not every task waits");
      }
      return Map.of(
          HANDLE, (double) (idle - before) / order.handles(),
          TASK, (double) (full - idle) / order.handles());
    }
  }
}
