package io.cofferdam.internal.supervise;

import io.cofferdam.internal.process.WorkerGoneException;
import io.cofferdam.internal.process.WorkerProcess;
import io.cofferdam.internal.queue.Attempts;
import io.cofferdam.internal.settle.Death;
import io.cofferdam.internal.settle.WorkerAnswers;
import io.cofferdam.internal.task.Answer;
import io.cofferdam.internal.task.PendingTask;
import io.cofferdam.internal.task.Question;
import io.cofferdam.internal.task.StopReason;
import io.cofferdam.internal.task.Work;
import io.cofferdam.internal.text.WorkerText;
import io.cofferdam.internal.wire.Control;
import io.cofferdam.internal.wire.Frame;
import io.cofferdam.internal.wire.FrameType;
import io.cofferdam.internal.wire.PayloadReader;
import io.cofferdam.internal.wire.ProtocolException;
import io.cofferdam.internal.wire.RecordedAnswer;
import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A task or a question on one worker, from writing it to the worker's being ready again. Used by
 * the link thread alone, but for {@link #leaveToOther} and what comes before it.
 */
final class Dispatch {

  /** How a dispatch waits for the worker, and what may keep it from waiting on. */
  interface Waiting {
    /** Waits for the worker, for a wake, or until the time. */
    void until(long untilNanos) throws IOException;

    /** Returns whether the executor wants all tasks stopped. */
    boolean isShuttingDownTasks();

    /** Returns whether the worker is to stop, whatever state its session is in. */
    boolean isStopping();

    /**
     * Notes that the task is about to be answered.
     *
     * @param succeeded whether something was achieved: not if the same has to be tried again
     */
    void answered(boolean succeeded);

    /** Lets another worker take the permit of this one, which is not ready yet. */
    void releasePermit() throws IOException;
  }

  /** Who gives the work, and is told what comes of it beside an answer. */
  interface Host {
    /** Puts what was never begun back into the queue. */
    void dispatchAgain(Work work);

    /** Notes that CANCEL was sent. */
    void cancelling(StopReason reason);

    /**
     * Notes that the worker could not connect again; the failure is a description.
     *
     * @throws IOException if it has tried for long enough and is to be ended
     */
    void connectFailed(byte[] failure) throws IOException;
  }

  /** How often an honest worker fails to connect again before its link gives it up, by far. */
  private static final int MOST_FAILURES_TO_CONNECT = 1_000;

  private final WorkerProcess worker;
  private final Work work;
  private final Attempts attempts;
  private final Waiting wait;
  private final Host host;
  private final long sequence;
  private final Escalation escalation;
  private final UUID id;
  private final WorkWriting writing;

  /** How many bytes of the worker say nothing of this dispatch. */
  private long bytesBefore;

  private boolean answered;
  private boolean cancelSent;
  private boolean cancelDone;
  private boolean ready;
  private int failuresToConnect;
  private @Nullable String recycleReason;
  private byte @Nullable [] inDoubt;
  private @Nullable Answer withheld;

  /**
   * Prepares to give a worker some work.
   *
   * @param graceNanos how long after its deadline the worker lives at most
   * @param escalation when the work is to be stopped, beginning now
   * @param attempts where the attempt at a task ends
   */
  Dispatch(
      WorkerProcess worker,
      Work work,
      long graceNanos,
      Escalation escalation,
      Attempts attempts,
      Waiting wait,
      Host host) {
    this.worker = worker;
    this.work = work;
    this.escalation = escalation;
    this.attempts = attempts;
    this.wait = wait;
    this.host = host;
    sequence = worker.nextSequence();
    bytesBefore = worker.bytesRead();
    id = work.id();
    byte[] payload = work.payload(graceNanos);
    writing =
        new WorkWriting(worker, new Frame(work.type(), worker.generation(), sequence, id, payload));
  }

  Work work() {
    return work;
  }

  long sequence() {
    return sequence;
  }

  boolean isAnswered() {
    return answered;
  }

  /** Returns what was heard of the worker that matters if it is dead. */
  Death.Heard heard() {
    boolean nothing = worker.bytesRead() == bytesBefore;
    return new Death.Heard(nothing, escalation.reason(), inDoubt, withheld);
  }

  /** Returns whether the worker was given the task, or a part of it. */
  boolean wasWritten() {
    return writing.hasBegun();
  }

  /**
   * Leaves the writing to another thread, which has to do it at once. Not done if there may be
   * something to do for the link thread before it looks.
   *
   * @param looksNanos when the link thread looks
   * @return what the other thread is to write, or null
   */
  @Nullable WorkWriting leaveToOther(long looksNanos) {
    return escalation.nextNanos() - looksNanos > 0 && writing.leaveToOther() ? writing : null;
  }

  /**
   * Writes the work, unless another thread does, and returns when the worker is ready again.
   *
   * @return why the worker is not to be used any more, or null
   * @throws IOException if the worker is gone or is to be ended; the task may not be answered then
   */
  @Nullable String run() throws IOException {
    if (writing.finish()) {
      // Nothing can be due yet. Whoever asks for a stop, or sees the process end, ends the next
      // wait, even if it begins later. So this waits before it looks at all that.
      wait.until(escalation.nextNanos());
    }
    readFrames();
    while (!isOver()) {
      if (!worker.isAlive()) {
        readFrames();
        throw WorkerGoneException.foundDead("its process ended");
      }
      escalate();
      wait.until(escalation.nextNanos());
      readFrames();
    }
    return recycleReason;
  }

  private boolean isOver() {
    return answered && ((ready && (!cancelSent || cancelDone)) || wait.isStopping());
  }

  /**
   * Takes in what the worker has sent; after its death, for the last time. A worker can send faster
   * than this reads, so nothing may come again and again: the link has a deadline to watch.
   */
  void readFrames() throws IOException {
    Frame frame;
    while (!isOver() && (frame = worker.receive()) != null) {
      accept(frame);
    }
  }

  private void escalate() throws IOException {
    StopReason asked = work.stopReason();
    if (asked != null) {
      escalation.stop(asked);
    } else if (wait.isShuttingDownTasks()) {
      escalation.stop(StopReason.SHUTDOWN);
    }
    long now = System.nanoTime();
    switch (escalation.due(now)) {
      case WAIT -> {}
      case CHECK_STARTED -> {
        if (worker.recorder().hasStarted(sequence)) {
          escalation.started();
        } else if (escalation.mayStillStart(now) && worker.isRunning()) {
          escalation.checkAgain(now);
        } else {
          throw WorkerGoneException.mustEnd("it did not begin with a task that was written to it");
        }
      }
      case CANCEL -> {
        worker.say(new Control.Cancel(sequence));
        cancelSent = true;
        escalation.cancelled(now);
        StopReason reason = escalation.reason();
        host.cancelling(reason == null ? StopReason.DEADLINE : reason);
      }
      case YIELD -> {
        wait.releasePermit();
        escalation.yielded();
      }
      case KILL -> {
        if (answered) {
          throw WorkerGoneException.mustEnd("it did not become ready after a task");
        }
        if (escalation.reason() == StopReason.SHUTDOWN
            || !escalation.canSpare(now)
            || !worker.recorder().isCommitting(sequence)) {
          throw WorkerGoneException.mustEnd("its task did not stop when it was cancelled");
        }
        escalation.spare();
      }
    }
  }

  private void accept(Frame frame) throws IOException {
    FrameType type = frame.type();
    byte[] payload = frame.payload();
    if (type == FrameType.CONNECT_FAILED && answered) {
      expect(++failuresToConnect <= MOST_FAILURES_TO_CONNECT, frame);
      escalation.connecting(System.nanoTime());
      host.connectFailed(payload);
      return;
    }
    if (frame.sequence() != sequence) {
      if (frame.sequence() < sequence) {
        bytesBefore = Math.max(bytesBefore, worker.bytesReceived());
      }
      throw new ProtocolException(frame + " came for dispatch " + sequence);
    }
    boolean isForIt = frame.taskId().equals(id);
    ready |= frame.ready();
    switch (type) {
      case COMMITTED -> {
        PendingTask task = expectAnswer(frame, isForIt);
        answer(task, new Answer.Committed(payload));
      }
      case STORED, TASK_FAILED, NOT_COMMITTED -> {
        PendingTask task = expectAnswer(frame, isForIt);
        notCommitted(task, new RecordedAnswer(type, payload));
      }
      case REPLY -> {
        Question question = expectReply(frame, isForIt);
        nowAnswered();
        question.reply(payload);
      }
      case IN_DOUBT -> {
        expect(inDoubt == null && !answered, frame);
        inDoubt = payload;
      }
      case READY -> {
        if (!answered) {
          throw new ProtocolException("READY came before the answer");
        }
        expect(!ready, frame);
        ready = true;
        String why = new PayloadReader(payload).getNullableText(WorkerText.MOST_BYTES);
        recycleReason = why == null ? null : WorkerText.line(why);
      }
      case CANCEL_DONE -> {
        if (!cancelSent) {
          throw new ProtocolException("CANCEL_DONE came without a CANCEL");
        }
        expect(!cancelDone, frame);
        cancelDone = true;
      }
      case HELLO, WELCOME, REFUSED, ATTACHED, CONNECT_FAILED, TASK, SETTLE, OUTCOME, PURGE ->
          throw new ProtocolException(frame + " came while a task was running");
    }
  }

  private static void expect(boolean mayCome, Frame frame) throws ProtocolException {
    if (!mayCome) {
      throw new ProtocolException(frame + " came once too often");
    }
  }

  private PendingTask expectAnswer(Frame frame, boolean isForIt) throws ProtocolException {
    if (!answered && isForIt && work instanceof PendingTask task) {
      return task;
    }
    throw new ProtocolException(frame + " is not the answer to task " + id);
  }

  private Question expectReply(Frame frame, boolean isForIt) throws ProtocolException {
    if (!answered && isForIt && work instanceof Question question) {
      return question;
    }
    throw new ProtocolException(frame + " is not the reply to question " + id);
  }

  private void notCommitted(PendingTask task, RecordedAnswer given)
      throws ProtocolException, WorkerGoneException {
    Answer answer =
        WorkerAnswers.read(given, task, worker.name(), escalation.reason(), attempts.messages());
    if (given.awaitsEnd()) {
      withheld = answer;
      throw WorkerGoneException.mustEnd(
          "a thread that its task left behind is inside a call on its connection");
    }
    if (answer == null) {
      nowAnswered();
      host.dispatchAgain(task);
    } else {
      answer(task, answer);
    }
  }

  private void answer(PendingTask task, Answer answer) {
    nowAnswered();
    wait.answered(answer.retryCause() == null);
    boolean unused = attempts.end(task, answer);
  }

  private void nowAnswered() {
    answered = true;
    if (!isOver()) {
      escalation.answered(System.nanoTime());
    }
  }
}
