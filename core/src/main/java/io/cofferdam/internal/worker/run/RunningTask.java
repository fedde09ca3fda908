package io.cofferdam.internal.worker.run;

import io.cofferdam.internal.wire.TaskRequest;
import io.cofferdam.internal.worker.guard.SessionEffects;
import io.cofferdam.internal.worker.guard.TaskGate;
import io.cofferdam.internal.worker.session.TaskTransaction;

/**
 * A task whose transaction has begun.
 *
 * @param gate what each of its calls on the connection passes
 * @param effects what it does to its transaction and its session
 * @param answers makes what is told of it
 */
record RunningTask(
    TaskRequest request,
    TaskTransaction transaction,
    TaskGate gate,
    SessionEffects effects,
    TaskAnswers answers) {}
