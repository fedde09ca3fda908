package io.cofferdam.internal.worker.run;

import io.cofferdam.internal.codec.NotDecodableException;
import io.cofferdam.internal.codec.NotEncodableException;
import io.cofferdam.internal.wire.Frame;
import io.cofferdam.internal.wire.NotCommitted.Reason;
import io.cofferdam.internal.wire.ProtocolException;
import io.cofferdam.internal.wire.TaskRequest;
import io.cofferdam.internal.worker.guard.SessionEffects;
import io.cofferdam.internal.worker.guard.TaskGate;
import io.cofferdam.internal.worker.session.Session;
import io.cofferdam.internal.worker.session.TaskTransaction;
import io.cofferdam.internal.worker.thread.Surroundings;
import java.sql.SQLException;

/**
 * One task in one transaction, from its frame to its end: decode, begin, claim its idempotency key
 * ({@link TaskClaim}), run and encode the result ({@link TaskCall}), and commit ({@link
 * TaskCommit}) or roll back ({@link TaskRollback}).
 */
final class TaskRun {

  private final WorkerParts parts;
  private final Session session;
  private final Frame frame;
  private final Surroundings before = Surroundings.now();
  private final TaskGate gate = new TaskGate();
  private final SessionEffects effects;
  private final TaskAnswers answers;

  TaskRun(WorkerParts parts, Frame frame) {
    this.parts = parts;
    this.frame = frame;
    session = parts.session();
    effects = new SessionEffects(new Recorded(parts.recorder(), frame.sequence()));
    answers = new TaskAnswers(parts, frame, effects);
  }

  /**
   * Runs it, and leaves its thread and JVM as they were: a task's classes run where the task and
   * its captured values are read, too, and where its exception is written.
   */
  TaskEnd run() {
    try {
      return begin();
    } finally {
      Thread.interrupted();
      before.restore();
    }
  }

  private TaskEnd begin() {
    parts.cancels().begin(frame.sequence(), gate);
    if (!session.isAlive()) {
      return answers.notStarted();
    }
    TaskRequest request;
    Object task;
    try {
      request = TaskRequest.decode(frame.payload());
      task = parts.codecs().tasks().decode(request.code());
    } catch (ProtocolException | NotDecodableException e) {
      return answers.notCommitted(Reason.TASK_UNREADABLE, e, null);
    }
    Thread.interrupted();
    try {
      session.begin(request);
    } catch (SQLException e) {
      return session.answers()
          ? answers.notCommitted(Reason.BEGIN_REFUSED, e, answers.retryCause(e, false))
          : answers.notStarted();
    }
    TaskTransaction transaction = session.transaction(effects);
    gate.cancelOnlyWhile(transaction::isPastBegin);
    RunningTask running = new RunningTask(request, transaction, gate, effects, answers);
    TaskRollback rollback = new TaskRollback(session, running);
    TaskEnd known = request.key().isEmpty() ? null : new TaskClaim(parts, running, rollback).take();
    return known == null ? run(running, rollback, task) : known;
  }

  private TaskEnd run(RunningTask running, TaskRollback rollback, Object task) {
    TaskCall call = new TaskCall(session, running, before);
    TaskEnd end = end(running, rollback, call, task);
    if (end.retire() == null) {
      call.closeStatements();
    }
    return end;
  }

  private TaskEnd end(RunningTask running, TaskRollback rollback, TaskCall call, Object task) {
    byte[] result;
    try {
      result = call.resultOf(task, parts.codecs().resultsOf(running.request()));
    } catch (NotEncodableException e) {
      return rollback.because(Reason.RESULT_REFUSED, e);
    } catch (Throwable e) {
      return rollback.after(e);
    }
    return new TaskCommit(parts, running, rollback).commit(result);
  }
}
