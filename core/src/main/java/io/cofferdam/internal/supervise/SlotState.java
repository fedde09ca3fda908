package io.cofferdam.internal.supervise;

import io.cofferdam.ExecutorSnapshot.WorkerState;
import java.util.EnumSet;
import java.util.Set;

/** What a worker slot is doing, and what it may do next. */
enum SlotState {
  /** It has no process. */
  NEW(WorkerState.NEW),
  /** Its process is starting, or connecting to the database for the first time. */
  STARTING(WorkerState.STARTING),
  /** Connected and idle. */
  READY(WorkerState.READY),
  /** It has been given work, and is not ready again. */
  BUSY(WorkerState.BUSY),
  /** It was told to cancel its work. */
  CANCELLING(WorkerState.CANCELLING),
  /** It has answered, has lost its connection, and tries to connect again. */
  RECONNECTING(WorkerState.STARTING),
  /** It takes no more work. */
  DRAINING(WorkerState.DRAINING),
  /** Its process is dead or being killed. */
  DEAD(WorkerState.DEAD);

  private final WorkerState shown;

  SlotState(WorkerState shown) {
    this.shown = shown;
  }

  /** Returns how a snapshot shows it. */
  WorkerState shown() {
    return shown;
  }

  Set<SlotState> successors() {
    return switch (this) {
      case NEW -> EnumSet.of(STARTING);
      case STARTING -> EnumSet.of(READY, DEAD);
      case READY -> EnumSet.of(BUSY, DRAINING, DEAD);
      case BUSY -> EnumSet.of(CANCELLING, RECONNECTING, READY, DEAD);
      case CANCELLING -> EnumSet.of(RECONNECTING, READY, DEAD);
      case RECONNECTING -> EnumSet.of(READY, DEAD);
      case DRAINING -> EnumSet.of(DEAD);
      case DEAD -> EnumSet.of(NEW);
    };
  }
}
