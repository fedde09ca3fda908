package io.cofferdam.internal.worker;

import io.cofferdam.internal.boot.ClassPathFingerprint;
import io.cofferdam.internal.boot.WorkerProgram;
import io.cofferdam.internal.dialect.Dialect;
import io.cofferdam.internal.dialect.registry.Dialects;
import io.cofferdam.internal.recorder.FlightRecorder;
import io.cofferdam.internal.wire.FrameChannel;
import io.cofferdam.internal.wire.FrameType;
import io.cofferdam.internal.wire.PayloadWriter;
import io.cofferdam.internal.wire.ProtocolException;
import io.cofferdam.internal.wire.Welcome;
import io.cofferdam.internal.worker.control.Cancels;
import io.cofferdam.internal.worker.control.ControlReader;
import io.cofferdam.internal.worker.control.ExitCode;
import io.cofferdam.internal.worker.control.Outbox;
import io.cofferdam.internal.worker.outcome.Settler;
import io.cofferdam.internal.worker.outcome.Tracker;
import io.cofferdam.internal.worker.run.TaskCodecs;
import io.cofferdam.internal.worker.run.WorkerParts;
import io.cofferdam.internal.worker.session.Session;
import io.cofferdam.internal.worker.thread.LeftoverThreads;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What a worker does once it has been welcomed: it becomes like the application's JVM, maps its
 * recorder, puts its parts together, and starts to take tasks.
 */
final class WorkerSetup {

  private WorkerSetup() {}

  /** Starts the loop, and hears control words until the process ends. */
  static void start(FrameChannel channel, BufferedReader control, Welcome welcome, Outbox outbox)
      throws IOException {
    WorkerProgram.runAs(welcome.worker());
    welcome.jvm().systemProperties().forEach(System::setProperty);
    try {
      welcome.jvm().defaults().apply();
    } catch (ProtocolException e) {
      refuse(outbox, String.valueOf(e.getMessage()));
    }
    List<String> changes = ClassPathFingerprint.changes(welcome.jvm().classPath());
    if (!changes.isEmpty()) {
      refuse(
          outbox,
          "the class path has changed since the executor was built; restart the application: "
              + String.join("; ", changes));
    }
    FlightRecorder recorder = FlightRecorder.open(Path.of(welcome.recorder()));
    recorder.attach(outbox.generation());
    outbox.send(FrameType.ATTACHED, Outbox.NOTHING);

    Dialect dialect = Dialects.forUrl(welcome.database().jdbcUrl());
    Tracker tracker = Tracker.of(welcome.tracking(), dialect);
    Session session = new Session(dialect, welcome, recorder, tracker::opened);
    Cancels cancels = new Cancels(outbox);
    TaskCodecs codecs = TaskCodecs.allowing(welcome.rules().resultTypes());
    WorkerParts parts = new WorkerParts(session, tracker, recorder, cancels, outbox, codecs);
    TaskLoop loop =
        new TaskLoop(
            channel,
            parts,
            new Settler(session, tracker),
            new LeftoverThreads(dialect, welcome.rules().threadsAllowed()));
    loop.start();
    Thread.currentThread().setName("cofferdam-control");
    new ControlReader(control, cancels, session::close).run();
  }

  private static void refuse(Outbox outbox, String reason) {
    outbox.send(FrameType.REFUSED, new PayloadWriter(256).putString(reason).toByteArray());
    System.err.println(reason);
    Runtime.getRuntime().halt(ExitCode.REFUSED);
  }
}
