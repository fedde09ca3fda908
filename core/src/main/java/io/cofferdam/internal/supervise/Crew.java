package io.cofferdam.internal.supervise;

import io.cofferdam.internal.config.ExecutorConfig;
import io.cofferdam.internal.dispatch.FairQueue;
import io.cofferdam.internal.dispatch.Reports;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What all links of an executor share.
 *
 * @param startPlaces how many slots start their first process at a time
 * @param restartPlaces how many start a later one at a time
 */
record Crew(
    ExecutorConfig config,
    FairQueue queue,
    Seats seats,
    Seats startPlaces,
    Seats restartPlaces,
    Launcher launcher,
    Reports reports,
    Settlement settlement,
    SettlementDesk settlements,
    RestartIntensity intensity,
    Strength strength,
    Tally tally,
    AtomicBoolean spinTurn,
    StartListener startListener) {

  /** Is told how starts go. */
  interface StartListener {
    /** A worker is connected and ready for the first time. */
    void workerReady();

    /** A worker did not start or connect; it is tried again. */
    void startFailed(Tally.StartFailure failure);
  }
}
