package io.cofferdam.internal.worker.run;

import io.cofferdam.internal.recorder.FlightRecorder;
import io.cofferdam.internal.worker.control.Cancels;
import io.cofferdam.internal.worker.control.Outbox;
import io.cofferdam.internal.worker.outcome.Tracker;
import io.cofferdam.internal.worker.session.Session;

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
    TaskCodecs codecs) {}
