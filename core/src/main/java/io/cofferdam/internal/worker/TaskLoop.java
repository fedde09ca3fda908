package io.cofferdam.internal.worker;

import io.cofferdam.internal.codec.FailureCodec;
import io.cofferdam.internal.recorder.FlightRecorder;
import io.cofferdam.internal.wire.Frame;
import io.cofferdam.internal.wire.FrameChannel;
import io.cofferdam.internal.wire.FrameType;
import io.cofferdam.internal.wire.PayloadWriter;
import io.cofferdam.internal.wire.ProtocolException;
import io.cofferdam.internal.worker.control.Cancels;
import io.cofferdam.internal.worker.control.ExitCode;
import io.cofferdam.internal.worker.control.Outbox;
import io.cofferdam.internal.worker.failpoint.Failpoint;
import io.cofferdam.internal.worker.failpoint.Failpoints;
import io.cofferdam.internal.worker.guard.SessionEffects;
import io.cofferdam.internal.worker.guard.TaskGate;
import io.cofferdam.internal.worker.outcome.Settler;
import io.cofferdam.internal.worker.run.TaskEnd;
import io.cofferdam.internal.worker.run.TaskRunner;
import io.cofferdam.internal.worker.run.WarmUp;
import io.cofferdam.internal.worker.run.WorkerParts;
import io.cofferdam.internal.worker.session.Session;
import io.cofferdam.internal.worker.thread.LeftoverThreads;
import io.cofferdam.internal.worker.thread.Surroundings;
import io.cofferdam.internal.worker.thread.TaskThread;
import io.cofferdam.internal.worker.thread.ThreadBirths;
import io.cofferdam.internal.worker.thread.ThreadLocals;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The life of a worker after its start: connect, say READY, take a task, run it, answer, make the
 * session clean, say READY again. It goes on in a new thread after a task that may have left
 * something in its own: a thread-local, or a thread that could interrupt it.
 */
final class TaskLoop implements Runnable {

  /** What a task thread does. */
  private interface Body {
    void run() throws IOException;
  }

  private static final long FIRST_RETRY_MILLIS = 100;
  private static final long LAST_RETRY_MILLIS = 5_000;

  private final FrameChannel channel;
  private final WorkerParts parts;
  private final TaskRunner runner;
  private final Outbox outbox;
  private final Session session;
  private final Cancels cancels;
  private final FlightRecorder recorder;
  private final Settler settler;
  private final LeftoverThreads leftovers;
  private final @Nullable ClassLoader contextClassLoader = TaskThread.currentContextClassLoader();

  /**
   * What thread and JVM are like before and after each task. What connecting does to them stays.
   */
  private Surroundings surroundings = Surroundings.now();

  TaskLoop(FrameChannel channel, WorkerParts parts, Settler settler, LeftoverThreads leftovers) {
    this.channel = channel;
    this.parts = parts;
    runner = new TaskRunner(parts);
    outbox = parts.outbox();
    session = parts.session();
    cancels = parts.cancels();
    recorder = parts.recorder();
    this.settler = settler;
    this.leftovers = leftovers;
  }

  /** Starts the worker's first task thread. */
  void start() {
    TaskThread.start(this, contextClassLoader);
  }

  @Override
  public void run() {
    orEndTheProcess(
        () -> {
          connect();
          sendReady(0, null);
          serve(warmUp(), TaskThread.births());
        });
  }

  /** Warms up as long as there is nothing to do; the threads that begin then are the driver's. */
  private @Nullable Frame warmUp() throws IOException {
    Set<Thread> before = leftovers.present();
    Frame first = new WarmUp(parts, channel).untilWork();
    leftovers.excuseThoseSince(before);
    return first;
  }

  /** Says that the task before is over, and serves until another thread is to go on. */
  private void serve(long lastSequence) throws IOException {
    surroundings = Surroundings.now();
    sendReady(lastSequence, null);
    serve(null, TaskThread.births());
  }

  /**
   * Does what frames ask for, until another thread goes on.
   *
   * @param first a frame that has come already, or null
   */
  private void serve(@Nullable Frame first, ThreadBirths births) throws IOException {
    Frame come = first;
    boolean goesOn = true;
    while (goesOn) {
      if (come == null) {
        Failpoints.pass(Failpoint.IDLE);
        come = channel.take();
      }
      switch (come.type()) {
        case TASK -> goesOn = runOne(come, births);
        case SETTLE, OUTCOME, PURGE -> reply(come, births);
        default -> throw new IOException("a worker does not expect " + come);
      }
      come = null;
    }
  }

  private static void orEndTheProcess(Body body) {
    try {
      body.run();
    } catch (IOException e) {
      System.err.println("the channel broke: " + e);
      Runtime.getRuntime().halt(ExitCode.ORPHANED);
    } catch (Throwable e) {
      System.err.println("the worker cannot go on:");
      e.printStackTrace();
      Runtime.getRuntime().halt(ExitCode.REFUSED);
    }
  }

  /** Runs a task; returns false if another thread goes on. */
  private boolean runOne(Frame task, ThreadBirths births) {
    long sequence = task.sequence();
    byte[] payload = task.payload();
    births.begin(TaskRunner.class.getPackageName());
    recorder.running(sequence);
    Failpoints.pass(Failpoint.STARTED);
    TaskGate gate = cancels.begin(sequence);
    SessionEffects effects =
        new SessionEffects(possible -> recorder.selfCommit(sequence, possible));
    TaskEnd end = runner.run(sequence, payload, gate, effects, surroundings);
    FrameType answer = end.answer();
    byte[] content = end.content();
    String retire = end.retire();
    if (end.occupied()) {
      // A thread of the task is inside the connection, and may stay there. The supervisor ends this
      // process for this answer; the session is not touched until then.
      outbox.send(task.answer(answer, content, false));
      return true;
    }
    // A cancel may come at any time. One before this has its effect, and its thread has ended; one
    // after this is answered by the control thread. So none is under way when READY is said.
    boolean cancelled = cancels.end();
    boolean threadIsClean = !births.any() && ThreadLocals.areNone() && !leftovers.any();
    if (!cancelled && threadIsClean && retire == null && session.cleanAtOnce(effects)) {
      outbox.send(task.answer(answer, content, true));
      Failpoints.pass(Failpoint.REPLY_WRITTEN);
      return true;
    }
    if (mayHoldLocks(effects, answer == FrameType.COMMITTED)) {
      session.releaseLocks(effects);
    }
    outbox.send(task.answer(answer, content, false));
    Failpoints.pass(Failpoint.REPLY_WRITTEN);
    if (retire == null && (cancelled || !session.clean(effects))) {
      session.close();
      connect();
    }
    if (cancelled) {
      outbox.send(FrameType.CANCEL_DONE, sequence, Outbox.NOTHING);
    }
    if (retire == null) {
      retire = leftovers.describe(births);
    }
    if (retire == null && !threadIsClean) {
      // A thread that the task left may interrupt this one at any time. It knows no other, so the
      // next one goes on with all that this one has; this one touches nothing from here on.
      TaskThread.start(() -> orEndTheProcess(() -> serve(sequence)), contextClassLoader);
      return false;
    }
    sendReady(sequence, retire);
    return true;
  }

  /**
   * Returns whether locks that outlive the transaction are given back before the answer. After
   * plain statements that are committed, the caller does not wait for what next to no task needs.
   */
  private boolean mayHoldLocks(SessionEffects effects, boolean isCommitted) {
    return effects.executed() && (!isCommitted || effects.locksSession() || session.isStrict());
  }

  /** Answers a question, which is no task and changes nothing. */
  private void reply(Frame question, ThreadBirths births) throws ProtocolException {
    recorder.running(question.sequence());
    recorder.rolledBack();
    byte[] reply;
    try {
      reply = settler.reply(question);
    } catch (SQLException e) {
      System.err.println("the database could not be asked (" + question + "): " + e);
      session.close();
      reply = Outbox.NOTHING;
    }
    outbox.send(question.answer(FrameType.REPLY, reply, false));
    if (!session.isConnected()) {
      connect();
    }
    sendReady(question.sequence(), leftovers.describe(births));
  }

  private void connect() {
    long pause = FIRST_RETRY_MILLIS;
    while (true) {
      Set<Thread> before = leftovers.present();
      try {
        session.connect();
        leftovers.connected(before, session.connection().getClass());
        surroundings = Surroundings.now();
        return;
      } catch (SQLException | RuntimeException e) {
        outbox.send(FrameType.CONNECT_FAILED, FailureCodec.describe(e));
      }
      pauseFor(pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2));
      pause = Math.min(LAST_RETRY_MILLIS, pause * 2);
    }
  }

  private void sendReady(long sequence, @Nullable String retire) {
    outbox.send(FrameType.READY, sequence, new PayloadWriter(16).putString(retire).toByteArray());
  }

  private static void pauseFor(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      System.err.println("interrupted while waiting to connect again; a leftover thread?");
    }
  }
}
