package io.cofferdam.internal.worker.run;

import io.cofferdam.internal.wire.Frame;
import io.cofferdam.internal.worker.guard.SessionEffects;
import org.jspecify.annotations.Nullable;

/**
 * How a task ended.
 *
 * @param answer what the supervisor is told
 * @param effects what the task did to the session
 * @param touched whether the session has to be looked at before the next task
 * @param occupied whether a call is still inside the connection, so that no caller is told before
 *     the supervisor has ended this process and its session
 * @param retire why this worker must not run another task, or null
 */
public record TaskEnd(
    Frame answer,
    SessionEffects effects,
    boolean touched,
    boolean occupied,
    @Nullable String retire) {}
