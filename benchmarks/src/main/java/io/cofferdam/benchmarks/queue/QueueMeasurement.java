package io.cofferdam.benchmarks.queue;

import java.util.Map;

/** One measurement of a queue of its own. */
interface QueueMeasurement {

  /** Returns the value of each metric, by its name. */
  Map<String, Double> take() throws InterruptedException;
}
