package io.cofferdam.internal.supervise;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import io.cofferdam.ExecutorSnapshot.WorkerSnapshot;
import io.cofferdam.internal.log.Log;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The state of one worker slot. Its link thread alone changes it, through {@link #to}; any thread
 * may take a snapshot.
 */
final class WorkerSlot {

  private static final Log log = Log.of(WorkerSlot.class);

  private static final ImmutableMap<SlotState, Set<SlotState>> SUCCESSORS =
      Maps.toMap(EnumSet.allOf(SlotState.class), SlotState::successors);

  private record Now(SlotState state, String name, long pid, boolean active) {}

  private volatile Now now;

  WorkerSlot(String name) {
    now = new Now(SlotState.NEW, name, -1, false);
  }

  String name() {
    return now.name;
  }

  SlotState state() {
    return now.state;
  }

  /** Moves to another state; the only way to do so. */
  void to(SlotState next) {
    Now before = now;
    if (!requireNonNull(SUCCESSORS.get(before.state)).contains(next)) {
      throw new IllegalStateException(
          before.name + " cannot go from " + before.state + " to " + next);
    }
    boolean hasProcess = next != SlotState.NEW;
    now =
        new Now(
            next,
            before.name,
            hasProcess ? before.pid : -1,
            hasProcess && next != SlotState.DEAD && before.active);
  }

  /** Moves to another state, like {@link #to(SlotState)}, and says why in the log. */
  void to(SlotState next, @Nullable String reason) {
    SlotState before = now.state;
    to(next);
    log.debug("{} goes from {} to {}: {}", now.name, before, next, reason);
  }

  /** Notes which process the slot has. */
  void process(String name, long pid) {
    now = new Now(now.state, name, pid, false);
  }

  /** Notes whether the slot may take tasks. */
  void active(boolean active) {
    if (now.active != active) {
      now = new Now(now.state, now.name, now.pid, active);
    }
  }

  WorkerSnapshot snapshot() {
    Now current = now;
    boolean spare = current.state == SlotState.READY && !current.active;
    return WorkerSnapshot.of(current.name, current.state.shown()).pid(current.pid).spare(spare);
  }
}
