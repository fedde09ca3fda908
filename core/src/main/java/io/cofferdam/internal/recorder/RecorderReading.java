package io.cofferdam.internal.recorder;

import org.jspecify.annotations.Nullable;

/**
 * What a recorder says about one dispatch.
 *
 * @param state how far the worker came
 * @param selfCommit whether a statement had been sent that may commit by itself
 * @param result the encoded result of a committed task, or null if it did not fit
 */
public record RecorderReading(State state, boolean selfCommit, byte @Nullable [] result) {

  /** How far the worker came with a dispatch. */
  public enum State {
    /** It had not begun. */
    NOT_STARTED,
    /** It was running; commit had not been called. */
    RUNNING,
    /** Commit had been called and had not returned. */
    COMMITTING,
    /** Commit had returned. */
    COMMITTED,
    /** The transaction will never be committed. */
    ROLLED_BACK,
    /** The file is damaged, truncated or gone. */
    UNREADABLE
  }

  static RecorderReading notStarted() {
    return new RecorderReading(State.NOT_STARTED, false, null);
  }

  static RecorderReading running(boolean selfCommit) {
    return new RecorderReading(State.RUNNING, selfCommit, null);
  }

  static RecorderReading committing(boolean selfCommit) {
    return new RecorderReading(State.COMMITTING, selfCommit, null);
  }

  static RecorderReading committed(byte @Nullable [] result) {
    return new RecorderReading(State.COMMITTED, false, result);
  }

  static RecorderReading rolledBack(boolean selfCommit) {
    return new RecorderReading(State.ROLLED_BACK, selfCommit, null);
  }

  static RecorderReading unreadable() {
    return new RecorderReading(State.UNREADABLE, false, null);
  }
}
