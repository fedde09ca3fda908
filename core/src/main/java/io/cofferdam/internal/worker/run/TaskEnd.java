package io.cofferdam.internal.worker.run;

import io.cofferdam.internal.wire.FrameType;
import io.cofferdam.internal.worker.guard.SessionEffects;
import io.cofferdam.internal.worker.session.Session;
import org.jspecify.annotations.Nullable;

/**
 * How a task ended.
 *
 * @param answer the type of what the supervisor is told
 * @param content what it is told
 * @param effects what the task did to the session
 * @param touched whether the session has to be looked at before the next task
 * @param occupied whether a call is still inside the connection, so that no caller is told before
 *     the supervisor has ended this process and its session
 * @param retire why this worker must not run another task, or null
 */
public record TaskEnd(
    FrameType answer,
    byte[] content,
    SessionEffects effects,
    boolean touched,
    boolean occupied,
    @Nullable String retire) {

  /** Ends a task with an answer that has been recorded, if it had to be. */
  static TaskEnd of(
      FrameType answer,
      byte[] content,
      @Nullable String retire,
      Session session,
      SessionEffects effects) {
    boolean touched =
        effects.executed()
            || effects.dirtiesSession()
            || effects.replacesConnection()
            || !session.isConnected()
            || !session.isPristine();
    return new TaskEnd(answer, content, effects, touched, false, retire);
  }
}
