package io.cofferdam.internal.executor;

import java.util.EnumSet;
import java.util.Set;

/** What a pool does with tasks, and what it may do next. */
enum PoolState {
  /** Its first worker is not ready yet. */
  STARTING,
  /** It admits tasks and runs them; its size can change. */
  RUNNING,
  /** It runs what it has admitted, and refuses the rest. */
  DRAINING,
  /** It has no workers any more. */
  STOPPED;

  Set<PoolState> successors() {
    return switch (this) {
      case STARTING -> EnumSet.of(RUNNING, STOPPED);
      case RUNNING -> EnumSet.of(DRAINING);
      case DRAINING -> EnumSet.of(STOPPED);
      case STOPPED -> EnumSet.noneOf(PoolState.class);
    };
  }

  /** Returns whether further tasks are refused for good. */
  boolean isClosed() {
    return this == DRAINING || this == STOPPED;
  }
}
