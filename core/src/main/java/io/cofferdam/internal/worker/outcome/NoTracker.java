package io.cofferdam.internal.worker.outcome;

import io.cofferdam.internal.wire.CommitNote;
import org.jspecify.annotations.Nullable;

/** Tracks nothing: a commit in doubt stays so. */
record NoTracker() implements Tracker {

  @Override
  public Trace trace(FinishedWork work) {
    return new Trace.Untracked();
  }

  @Override
  public @Nullable CommitNote noteOfNothing() {
    return null;
  }
}
