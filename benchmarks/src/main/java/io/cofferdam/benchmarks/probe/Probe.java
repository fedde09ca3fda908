package io.cofferdam.benchmarks.probe;

import java.util.Map;

/** Something that can be measured again and again, in a process of its own. */
interface Probe extends AutoCloseable {

  /** Returns the value of each metric, by its name. */
  Map<String, Double> take() throws Exception;

  @Override
  void close();
}
