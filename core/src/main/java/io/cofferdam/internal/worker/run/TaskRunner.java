package io.cofferdam.internal.worker.run;

import io.cofferdam.internal.wire.Frame;
import io.cofferdam.internal.worker.failpoint.Failpoint;
import io.cofferdam.internal.worker.failpoint.Failpoints;

/** Runs the tasks of a worker, one after the other. Used by the task thread alone. */
public final class TaskRunner {

  private final WorkerParts parts;

  public TaskRunner(WorkerParts parts) {
    this.parts = parts;
  }

  /** Runs the task of a frame to its end. */
  public TaskEnd run(Frame frame) {
    parts.recorder().running(frame.sequence());
    Failpoints.pass(Failpoint.STARTED);
    return new TaskRun(parts, frame).run();
  }

  /** Notes that the worker begins with something that is no task and changes nothing. */
  public void internal(long sequence) {
    parts.recorder().running(sequence);
    parts.recorder().rolledBack();
  }
}
