package io.cofferdam.internal.recorder;

import org.jspecify.annotations.Nullable;

/**
 * What a recorder says about one dispatch.
 *
 * @param state how far the worker came
 * @param selfCommit whether a statement had been sent that may commit by itself
 * @param result the encoded result of a task for which commit was called, or null if it did not fit
 * @param transaction how the transaction is found that was being committed; empty if unknown
 * @param answer the encoded answer of a task that will never be committed, or null if there is none
 *     or it did not fit
 */
public record RecorderReading(
    State state,
    boolean selfCommit,
    byte @Nullable [] result,
    byte[] transaction,
    byte @Nullable [] answer) {

  private static final byte[] NO_TRANSACTION = {};

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
    return new RecorderReading(State.NOT_STARTED, false, null, NO_TRANSACTION, null);
  }

  static RecorderReading running(boolean selfCommit) {
    return new RecorderReading(State.RUNNING, selfCommit, null, NO_TRANSACTION, null);
  }

  static RecorderReading committing(
      boolean selfCommit, byte @Nullable [] result, byte @Nullable [] transaction) {
    return new RecorderReading(
        State.COMMITTING,
        selfCommit,
        result,
        transaction == null ? NO_TRANSACTION : transaction,
        null);
  }

  static RecorderReading committed(byte @Nullable [] result) {
    return new RecorderReading(State.COMMITTED, false, result, NO_TRANSACTION, null);
  }

  static RecorderReading rolledBack(boolean selfCommit, byte @Nullable [] answer) {
    return new RecorderReading(State.ROLLED_BACK, selfCommit, null, NO_TRANSACTION, answer);
  }

  static RecorderReading unreadable() {
    return new RecorderReading(State.UNREADABLE, false, null, NO_TRANSACTION, null);
  }
}
