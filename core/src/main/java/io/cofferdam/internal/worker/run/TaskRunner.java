package io.cofferdam.internal.worker.run;

import io.cofferdam.TransactionAction;
import io.cofferdam.TransactionTask;
import io.cofferdam.internal.codec.NotDecodableException;
import io.cofferdam.internal.codec.NotEncodableException;
import io.cofferdam.internal.codec.ResultCodec;
import io.cofferdam.internal.codec.TaskDecoder;
import io.cofferdam.internal.recorder.FlightRecorder;
import io.cofferdam.internal.wire.CommitNote;
import io.cofferdam.internal.wire.FrameType;
import io.cofferdam.internal.wire.NotCommitted.Reason;
import io.cofferdam.internal.wire.ProtocolException;
import io.cofferdam.internal.wire.TaskRequest;
import io.cofferdam.internal.worker.failpoint.Failpoint;
import io.cofferdam.internal.worker.failpoint.Failpoints;
import io.cofferdam.internal.worker.guard.GuardedObjects;
import io.cofferdam.internal.worker.guard.SessionEffects;
import io.cofferdam.internal.worker.guard.TaskGate;
import io.cofferdam.internal.worker.outcome.Commit;
import io.cofferdam.internal.worker.outcome.FinishedWork;
import io.cofferdam.internal.worker.outcome.Tracker;
import io.cofferdam.internal.worker.session.Session;
import io.cofferdam.internal.worker.session.TaskTransaction;
import io.cofferdam.internal.worker.thread.Surroundings;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Runs the tasks of a worker, each in one transaction, from its bytes to its end: decode, begin,
 * claim its idempotency key ({@link TaskClaim}), run it and encode the result, close the gate,
 * decide how to commit, record COMMITTING, commit, record COMMITTED. Whatever fails before
 * COMMITTING rolls back ({@link TaskRollback}); a commit whose answer is not known ends the
 * process, and the supervisor settles it.
 */
public final class TaskRunner {

  private static final String OPEN_COPY =
      "the task returned while a COPY was still open, so the transaction was not committed: end it"
          + " with endCopy(), or close its stream, or read it to its end, before the task returns";

  private final WorkerParts parts;
  private final Session session;
  private final Tracker tracker;
  private final @Nullable CommitNote noteOfNothing;
  private final FlightRecorder recorder;
  private final TaskDecoder tasks;
  private final ResultCodec results;
  private final ResultCodec keptResults;

  public TaskRunner(WorkerParts parts) {
    this.parts = parts;
    session = parts.session();
    tracker = parts.tracker();
    noteOfNothing = tracker.noteOfNothing();
    recorder = parts.recorder();
    tasks = parts.codecs().tasks();
    results = parts.codecs().results();
    keptResults = parts.codecs().keptResults();
  }

  /**
   * Runs a task.
   *
   * @param gate what its calls on the connection pass
   * @param effects what it does to its transaction and its session
   * @param surroundings what thread and JVM are brought back to after it
   */
  public TaskEnd run(
      long sequence,
      byte[] payload,
      TaskGate gate,
      SessionEffects effects,
      Surroundings surroundings) {
    return new Run(sequence, payload, gate, effects, surroundings).run();
  }

  /** One task. */
  private final class Run {

    private final long sequence;
    private final byte[] payload;
    private final TaskGate gate;
    private final SessionEffects effects;
    private final Surroundings surroundings;

    /** Whether thread and JVM are as they were, because nothing of the task has run since then. */
    private boolean hasLeft;

    Run(
        long sequence,
        byte[] payload,
        TaskGate gate,
        SessionEffects effects,
        Surroundings surroundings) {
      this.sequence = sequence;
      this.payload = payload;
      this.gate = gate;
      this.effects = effects;
      this.surroundings = surroundings;
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
        if (!hasLeft) {
          surroundings.restore();
        }
      }
    }

    private TaskEnd begin() {
      TaskRequest request;
      boolean hasKey;
      Object task;
      try {
        request = TaskRequest.decode(payload);
        hasKey = !request.key().isEmpty();
        task = tasks.decode(request.code());
      } catch (ProtocolException | NotDecodableException e) {
        return answers().notCommitted(Reason.TASK_UNREADABLE, e, null);
      }
      Thread.interrupted();
      if (!session.isAlive()) {
        return answers().notStarted();
      }
      TaskTransaction transaction;
      try {
        transaction = session.begin(request, effects);
      } catch (SQLException e) {
        return session.answers()
            ? answers().notCommitted(Reason.BEGIN_REFUSED, e, answers().retryCause(e, false))
            : answers().notStarted();
      }
      if (hasKey) {
        RunningTask running = running(request, transaction);
        TaskEnd known = new TaskClaim(parts, running, new TaskRollback(session, running)).take();
        if (known != null) {
          return known;
        }
      }
      GuardedObjects guard = session.guard(gate, effects, transaction);
      TaskEnd end =
          end(request, transaction, guard.connection(), task, hasKey ? keptResults : results);
      if (end.retire() == null) {
        guard.closeStatements();
      }
      return end;
    }

    private TaskEnd end(
        TaskRequest request,
        TaskTransaction transaction,
        Connection connection,
        Object task,
        ResultCodec codec) {
      byte[] result = {};
      Throwable failure = null;
      try {
        if (task instanceof TransactionAction<?> action) {
          action.run(connection);
          result = codec.encode(null);
        } else {
          result = codec.encode(((TransactionTask<?, ?>) task).run(connection));
        }
      } catch (Throwable e) {
        failure = e;
      }
      Thread.interrupted();
      surroundings.restore();
      if (failure instanceof NotEncodableException) {
        return rollback(request, transaction).because(Reason.RESULT_REFUSED, failure);
      } else if (failure != null) {
        return rollback(request, transaction).after(failure);
      }
      return commit(request, transaction, result);
    }

    /** Commits, unless something speaks against it. */
    private TaskEnd commit(TaskRequest request, TaskTransaction transaction, byte[] result) {
      // A cancel and this close are decided by one atomic word: if the cancel came first, it is
      // seen below, and if it comes later, it finds the gate closed and interrupts nothing of the
      // commit.
      if (!gate.close(TaskRollback.LEAKED_CALL_PATIENCE)) {
        return rollback(request, transaction).occupied(null);
      }
      if (gate.cancelled()) {
        return rollback(request, transaction).because(Reason.CANCELLED, null);
      }
      SQLException rollbackCall = effects.rollbackCall();
      if (rollbackCall != null) {
        return rollback(request, transaction).asAsked(rollbackCall);
      }
      if (effects.isCopying()) {
        return rollback(request, transaction)
            .because(Reason.COMMIT_REFUSED, new SQLException(OPEN_COPY, "25000"));
      }
      Commit commit;
      try {
        boolean executed = transaction.beforeCommit();
        FinishedWork work = new FinishedWork(session, request, effects, transaction);
        commit =
            executed
                ? Commit.prepare(work, tracker, result)
                : Commit.ofNothing(work, noteOfNothing);
      } catch (SQLException e) {
        return rollback(request, transaction).because(Reason.COMMIT_REFUSED, e);
      }
      recorder.committing(commit.note(), result);
      Failpoints.pass(Failpoint.BEFORE_COMMIT);
      try {
        Failpoints.pass(Failpoint.COMMIT_SENT);
        commit.send(result);
      } catch (SQLException e) {
        switch (commit.stateAfter(e)) {
          case COMMITTED -> {
            System.err.println("the session could not be cleaned and is replaced: " + e);
            effects.replaceConnection();
          }
          case ROLLED_BACK -> {
            return rollback(request, transaction).because(Reason.COMMIT_REFUSED, e);
          }
          case ROLLED_BACK_IN_PART, OPEN, UNKNOWN -> answers().inDoubt(e);
        }
      } catch (Throwable e) {
        answers().inDoubt(e);
      }
      Failpoints.pass(Failpoint.COMMIT_ANSWERED);
      recorder.committed();
      hasLeft = true;
      return new TaskEnd(FrameType.COMMITTED, result, null);
    }

    private TaskRollback rollback(TaskRequest request, TaskTransaction transaction) {
      return new TaskRollback(session, running(request, transaction));
    }

    private RunningTask running(TaskRequest request, TaskTransaction transaction) {
      return new RunningTask(request, transaction, gate, effects, answers());
    }

    private TaskAnswers answers() {
      return new TaskAnswers(parts, sequence, effects);
    }
  }
}
