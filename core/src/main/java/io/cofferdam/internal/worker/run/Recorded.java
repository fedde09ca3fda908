package io.cofferdam.internal.worker.run;

import io.cofferdam.internal.recorder.FlightRecorder;
import io.cofferdam.internal.worker.guard.SessionEffects;

/**
 * Records what the statements of a task may have committed, as long as it runs. Called by any
 * thread of the task.
 */
record Recorded(FlightRecorder recorder, long sequence) implements SessionEffects.Notes {

  @Override
  public void mayBeCommitted() {
    recorder.selfCommit(sequence);
  }

  @Override
  public void isWhole() {
    recorder.whole(sequence);
  }
}
