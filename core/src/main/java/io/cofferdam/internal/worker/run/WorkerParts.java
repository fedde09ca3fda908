package io.cofferdam.internal.worker.run;

import io.cofferdam.internal.recorder.FlightRecorder;
import io.cofferdam.internal.worker.control.Cancels;
import io.cofferdam.internal.worker.control.Outbox;
import io.cofferdam.internal.worker.guard.GuardedConnection;
import io.cofferdam.internal.worker.guard.GuardedObjects;
import io.cofferdam.internal.worker.guard.SessionEffects;
import io.cofferdam.internal.worker.guard.TaskGate;
import io.cofferdam.internal.worker.outcome.Tracker;
import io.cofferdam.internal.worker.session.Session;
import io.cofferdam.internal.worker.session.TaskTransaction;

/**
 * What all tasks of a worker are run with.
 *
 * @param recorder is told how far the worker is
 * @param cancels brings cancels to the task that they are meant for
 * @param outbox what is sent to the supervisor
 * @param codecs turns tasks into objects, and results and failures into bytes
 */
public record WorkerParts(
    Session session,
    Tracker tracker,
    FlightRecorder recorder,
    Cancels cancels,
    Outbox outbox,
    TaskCodecs codecs) {

  /** Guards the session's connection for one transaction. */
  GuardedObjects guard(TaskGate gate, SessionEffects effects, TaskTransaction transaction) {
    return GuardedConnection.guard(
        session.connection(), gate, session.dialect(), session.classifier(), effects, transaction);
  }
}
