package io.cofferdam.internal.recorder;

import io.cofferdam.CrashReport.Phase;
import org.jspecify.annotations.Nullable;

/**
 * What a recorder says about one dispatch.
 *
 * @param phase how far the worker came
 * @param selfCommit whether a statement had been sent that may commit by itself
 * @param result the encoded result of a task for which commit was called, or null if it did not fit
 * @param note what was noted about the transaction that was being committed; empty if nothing
 * @param answer the encoded answer of a task that will never be committed, or null if there is none
 *     or it did not fit
 */
public record RecorderReading(
    Phase phase,
    boolean selfCommit,
    byte @Nullable [] result,
    byte[] note,
    byte @Nullable [] answer) {

  private static final byte[] NO_NOTE = {};

  static RecorderReading notStarted() {
    return new RecorderReading(Phase.NOT_STARTED, false, null, NO_NOTE, null);
  }

  static RecorderReading running(boolean selfCommit) {
    return new RecorderReading(
        selfCommit ? Phase.RUNNING_SELF_COMMIT : Phase.RUNNING, selfCommit, null, NO_NOTE, null);
  }

  static RecorderReading committing(
      boolean selfCommit, byte @Nullable [] result, byte @Nullable [] note) {
    return new RecorderReading(
        Phase.COMMITTING, selfCommit, result, note == null ? NO_NOTE : note, null);
  }

  static RecorderReading committed(byte @Nullable [] result) {
    return new RecorderReading(Phase.COMMITTED, false, result, NO_NOTE, null);
  }

  static RecorderReading rolledBack(boolean selfCommit, byte @Nullable [] answer) {
    return new RecorderReading(Phase.ROLLED_BACK, selfCommit, null, NO_NOTE, answer);
  }

  static RecorderReading unreadable() {
    return new RecorderReading(Phase.UNREADABLE, false, null, NO_NOTE, null);
  }
}
