package io.cofferdam.internal.worker;

import io.cofferdam.internal.wire.Frame;
import org.jspecify.annotations.Nullable;

/**
 * How a task ended.
 *
 * @param answer what the supervisor is told
 * @param effects what the task did to the session
 * @param touched whether the session has to be looked at before the next task
 * @param retire why this worker must not run another task, or null
 */
record TaskEnd(Frame answer, SessionEffects effects, boolean touched, @Nullable String retire) {}
