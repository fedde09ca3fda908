package io.cofferdam.internal.supervise;

import io.cofferdam.ExecutorSnapshot.WorkerSnapshot;
import io.cofferdam.ExecutorSnapshot.WorkerState;
import org.jspecify.annotations.Nullable;

/**
 * The state of one worker slot. Its link thread alone changes it, through {@link #transition}; any
 * thread may take a snapshot.
 */
final class WorkerSlot {

  private static final Log log = Log.of(WorkerSlot.class);

  private record Now(WorkerState state, String name, long pid, boolean seated) {}

  private volatile Now now;

  WorkerSlot(String name) {
    now = new Now(WorkerState.NEW, name, -1, false);
  }

  String name() {
    return now.name;
  }

  WorkerState state() {
    return now.state;
  }

  /** Moves from one state to another; the only way to do so. */
  void transition(WorkerState from, WorkerState to, @Nullable String reason) {
    Now before = now;
    if (before.state != from) {
      throw new IllegalStateException(
          before.name + " cannot go from " + from + " to " + to + ": it is " + before.state);
    }
    boolean seated = to != WorkerState.DEAD && to != WorkerState.NEW && before.seated;
    now = new Now(to, before.name, to == WorkerState.NEW ? -1 : before.pid, seated);
    if (reason != null) {
      log.debug("{} goes from {} to {}: {}", before.name, from, to, reason);
    }
  }

  /** Notes which process the slot has. */
  void process(String name, long pid) {
    now = new Now(now.state, name, pid, false);
  }

  /** Notes whether the slot may take tasks. */
  void seated(boolean seated) {
    now = new Now(now.state, now.name, now.pid, seated);
  }

  WorkerSnapshot snapshot() {
    Now current = now;
    boolean spare = current.state == WorkerState.READY && !current.seated;
    return new WorkerSnapshot(current.name, current.pid, current.state, spare);
  }
}
