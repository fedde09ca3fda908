package io.cofferdam.internal.supervise;

import io.cofferdam.internal.config.ExecutorConfig;
import io.cofferdam.internal.process.Launcher;
import io.cofferdam.internal.process.Permits;
import io.cofferdam.internal.queue.TaskSource;
import io.cofferdam.internal.settle.Judge;
import io.cofferdam.internal.settle.Settlements;
import io.cofferdam.internal.stats.Counters;
import io.cofferdam.internal.stats.PoolEvents;

/** What all links of an executor share. */
record SlotContext(
    ExecutorConfig config,
    TaskSource tasks,
    Limits limits,
    Launcher launcher,
    Settling settling,
    Health health,
    PoolEvents events) {

  /**
   * What is limited in number.
   *
   * @param permits how many workers take tasks
   * @param starts how many slots start their first process at a time
   * @param restarts how many start a later one at a time
   */
  record Limits(Permits permits, Permits starts, Permits restarts) {}

  /** How the tasks of dead workers are settled. */
  record Settling(Judge judge, Settlements settlements) {}

  /** How the workers are. */
  record Health(RestartIntensity intensity, Strength strength, Counters counters) {}
}
