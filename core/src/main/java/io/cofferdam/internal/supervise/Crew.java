package io.cofferdam.internal.supervise;

import io.cofferdam.internal.config.ExecutorConfig;
import io.cofferdam.internal.process.Launcher;
import io.cofferdam.internal.process.Seats;
import io.cofferdam.internal.queue.TaskSource;
import io.cofferdam.internal.settle.Settlement;
import io.cofferdam.internal.settle.SettlementDesk;
import io.cofferdam.internal.stats.Counters;
import io.cofferdam.internal.stats.PoolEvents;
import java.util.concurrent.atomic.AtomicBoolean;

/** What all links of an executor share. */
record Crew(
    ExecutorConfig config,
    TaskSource tasks,
    Places places,
    Launcher launcher,
    Settling settling,
    Health health,
    PoolEvents events) {

  /**
   * What is limited in number.
   *
   * @param seats how many workers take tasks
   * @param starts how many slots start their first process at a time
   * @param restarts how many start a later one at a time
   * @param spinTurn is true while a link spins
   */
  record Places(Seats seats, Seats starts, Seats restarts, AtomicBoolean spinTurn) {}

  /** How the tasks of dead workers are settled. */
  record Settling(Settlement judge, SettlementDesk desk) {}

  /** How the workers are. */
  record Health(RestartIntensity intensity, Strength strength, Counters counters) {}
}
