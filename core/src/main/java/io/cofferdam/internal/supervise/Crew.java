package io.cofferdam.internal.supervise;

import io.cofferdam.internal.config.ExecutorConfig;
import io.cofferdam.internal.dispatch.Attempts;
import io.cofferdam.internal.dispatch.Counters;
import io.cofferdam.internal.dispatch.FairQueue;
import io.cofferdam.internal.dispatch.PoolEvents;
import io.cofferdam.internal.dispatch.Reports;
import java.util.concurrent.atomic.AtomicBoolean;

/** What all links of an executor share. */
public record Crew(
    ExecutorConfig config,
    Tasks tasks,
    Places places,
    Launcher launcher,
    Settling settling,
    Health health,
    PoolEvents events) {

  /** Where tasks come from, and where their attempts end. */
  public record Tasks(FairQueue queue, Attempts attempts, Reports reports) {}

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
