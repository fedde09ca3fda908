package io.cofferdam.internal.worker.guard;

import java.sql.SQLException;

/** Describes the place at which a task has asked for a rollback. */
final class RollbackCall {

  private static final String GUARD = RollbackCall.class.getPackageName() + ".";

  private RollbackCall() {}

  /** Returns an exception with the stack of the caller, and the caller's line in its message. */
  static SQLException here(String operation) {
    String place =
        StackWalker.getInstance()
            .walk(
                frames ->
                    frames
                        .filter(frame -> isOfTheTask(frame.getClassName()))
                        .map(frame -> " at " + frame.toStackTraceElement())
                        .findFirst())
            .orElse("");
    return Refusals.because(
        operation
            + " was called"
            + place
            + " and the task returned nevertheless; a rollback that was asked for is kept to. Let an"
            + " exception leave the task instead, or use a savepoint to undo a part");
  }

  private static boolean isOfTheTask(String className) {
    return !className.startsWith(GUARD)
        && !className.startsWith("java.")
        && !className.startsWith("jdk.")
        && !className.startsWith("com.sun.proxy.");
  }
}
