package io.cofferdam.internal.worker;

import static java.util.Objects.requireNonNull;

import io.cofferdam.RetryPolicy.Cause;
import io.cofferdam.TransactionAction;
import io.cofferdam.TransactionTask;
import io.cofferdam.internal.codec.FailureCodec;
import io.cofferdam.internal.codec.NotDecodableException;
import io.cofferdam.internal.codec.NotEncodableException;
import io.cofferdam.internal.codec.ResultCodec;
import io.cofferdam.internal.codec.TaskDecoder;
import io.cofferdam.internal.dialect.RetryCauses;
import io.cofferdam.internal.recorder.FlightRecorder;
import io.cofferdam.internal.sql.SqlVerdict;
import io.cofferdam.internal.wire.Frame;
import io.cofferdam.internal.wire.FrameType;
import io.cofferdam.internal.wire.LedgerKind;
import io.cofferdam.internal.wire.NotCommitted;
import io.cofferdam.internal.wire.NotCommitted.Reason;
import io.cofferdam.internal.wire.ProtocolException;
import io.cofferdam.internal.wire.RecordedAnswer;
import io.cofferdam.internal.wire.TaskFailed;
import io.cofferdam.internal.wire.TaskRequest;
import io.cofferdam.internal.worker.failpoint.Failpoint;
import io.cofferdam.internal.worker.failpoint.Failpoints;
import io.cofferdam.internal.worker.guard.GuardedConnection;
import io.cofferdam.internal.worker.guard.SessionEffects;
import io.cofferdam.internal.worker.guard.TaskGate;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs one task in one transaction: begin, run, encode the result, close the gate, record
 * COMMITTING, commit, record COMMITTED. Whatever fails before COMMITTING rolls back; a commit whose
 * answer is not known ends the process, and the supervisor settles it.
 */
final class TaskRunner {

  private static final Duration LEAKED_CALL_PATIENCE = Duration.ofSeconds(1);
  private static final byte[] NOTHING = {};
  private static final TaskRequest NO_REQUEST = new TaskRequest(0, 0, false, "", "", "", NOTHING);
  private static final String OPEN_COPY =
      "the task returned while a COPY was still open, so the transaction was not committed: end it"
          + " with endCopy(), or close its stream, or read it to its end, before the task returns";

  private static final String LEAKED_CALL =
      "a thread that the task left behind is still inside a call on its connection, so the"
          + " transaction was not committed; wait for your threads before the task returns";

  private final Session session;
  private final FlightRecorder recorder;
  private final Cancels cancels;
  private final Outbox outbox;
  private final TaskDecoder tasks;
  private final ResultCodec results;
  private final ResultCodec keptResults;
  private final FailureCodec failures;
  private final boolean notesTransactionIds;

  /**
   * Creates the runner of a worker.
   *
   * @param notesTransactionIds whether to note the id of each transaction before its commit
   */
  TaskRunner(
      Session session,
      FlightRecorder recorder,
      Cancels cancels,
      Outbox outbox,
      TaskCodecs codecs,
      boolean notesTransactionIds) {
    this.session = session;
    this.recorder = recorder;
    this.cancels = cancels;
    this.outbox = outbox;
    tasks = codecs.tasks();
    results = codecs.results();
    keptResults = codecs.keptResults();
    failures = codecs.failures();
    this.notesTransactionIds = notesTransactionIds;
  }

  /** Runs the task of a frame to its end. */
  TaskEnd run(Frame frame) {
    recorder.running(frame.sequence());
    Failpoints.pass(Failpoint.STARTED);
    return new Attempt(frame).run();
  }

  /** Notes that the worker begins with something that is no task and changes nothing. */
  void internal(long sequence) {
    recorder.running(sequence);
    recorder.rolledBack();
  }

  /** Records what the effects of a task are, as long as it runs. */
  private final class Recorded implements SessionEffects.Notes {

    private final long sequence;

    Recorded(long sequence) {
      this.sequence = sequence;
    }

    @Override
    public void mayBeCommitted() {
      recorder.selfCommit(sequence);
    }

    @Override
    public void isWhole() {
      recorder.whole(sequence);
    }
  }

  /** One task, from its frame to its end. */
  private final class Attempt {

    private final long sequence;
    private final UUID taskId;
    private final byte[] payload;
    private final Surroundings before = Surroundings.now();
    private final TaskGate gate = new TaskGate();
    private final SessionEffects effects;
    private TaskRequest request = NO_REQUEST;
    private @Nullable TaskTransaction transaction;
    private boolean sessionMayBeAlive;
    private boolean lostMayKeepRows;

    Attempt(Frame frame) {
      sequence = frame.sequence();
      taskId = frame.taskId();
      payload = frame.payload();
      effects = new SessionEffects(new Recorded(sequence));
    }

    /**
     * Runs it, and leaves its thread and JVM as they were: a task's classes run where the task and
     * its captured values are read, too, and where its exception is written.
     */
    TaskEnd run() {
      try {
        return answer();
      } finally {
        Thread.interrupted();
        before.restore();
      }
    }

    private TaskEnd answer() {
      cancels.begin(sequence, gate);
      if (!session.isAlive()) {
        return notStarted();
      }
      Object task;
      try {
        request = TaskRequest.decode(payload);
        task = tasks.decode(request.code());
      } catch (ProtocolException | NotDecodableException e) {
        return notCommitted(Reason.TASK_UNREADABLE, e, null, null);
      }
      Thread.interrupted();
      try {
        session.begin(request);
      } catch (SQLException e) {
        return session.answers() ? beginRefused(e) : notStarted();
      }
      transaction =
          new TaskTransaction(
              session.connection(),
              session.dialect(),
              session.idleLimit(),
              !session.id().isEmpty(),
              effects);
      TaskEnd known = request.key().isEmpty() ? null : claim();
      return known == null ? runTask(task) : known;
    }

    /** Returns the transaction, which the session has begun by now. */
    private TaskTransaction begun() {
      return requireNonNull(transaction, "the transaction has not begun");
    }

    /**
     * Claims the idempotency key as the transaction's first statement; returns how the task ends if
     * the key is committed already, or null if it is to run.
     */
    private @Nullable TaskEnd claim() {
      effects.executing(SqlVerdict.PLAIN);
      try {
        Ledger.Row row = new Claim(session, request, gate, begun()).take();
        return row == null ? null : answerFrom(row);
      } catch (SQLException e) {
        return claimFailed(e);
      }
    }

    /**
     * A claim that was lost with its connection took nothing along: the task has not started. What
     * the failure says does not tell, as a session may be ended in the middle of its work.
     */
    private TaskEnd claimFailed(SQLException failure) {
      boolean connectionIsDead = !rollBackNow() || !session.answers();
      boolean isLost = retryCause(failure, connectionIsDead) == Cause.CONNECTION_LOST;
      return isLost && !gate.cancelled() ? notStarted() : taskFailed(failure);
    }

    private TaskEnd answerFrom(Ledger.Row row) {
      gate.close(LEAKED_CALL_PATIENCE);
      byte[] result = row.result();
      if (!row.fingerprint().equals(request.fingerprint())) {
        return notCommitted(Reason.KEY_REUSED);
      }
      if (row.kind() != LedgerKind.COMMITTED || result == null) {
        return notCommitted(Reason.KEY_SPENT);
      }
      return notToCommit(FrameType.STORED, result, null);
    }

    private TaskEnd beginRefused(SQLException failure) {
      return notCommitted(Reason.BEGIN_REFUSED, failure, retryCause(failure, false), null);
    }

    private TaskEnd runTask(Object task) {
      GuardedConnection guard =
          GuardedConnection.guard(
              session.connection(),
              gate,
              session.dialect(),
              session.classifier(),
              effects,
              begun());
      TaskEnd end = runTask(task, guard.connection());
      if (end.retire() == null) {
        closeStatements(guard);
      }
      return end;
    }

    private void closeStatements(GuardedConnection guard) {
      try {
        guard.closeStatements();
      } catch (SQLException e) {
        System.err.println("a statement could not be closed, so the session is replaced: " + e);
        effects.replaceConnection();
      }
    }

    private TaskEnd runTask(Object task, Connection guarded) {
      byte[] result;
      try {
        ResultCodec codec = request.key().isEmpty() ? results : keptResults;
        result = resultOf(task, guarded, codec);
      } catch (NotEncodableException e) {
        return rollBack(Reason.RESULT_REFUSED, e);
      } catch (Throwable e) {
        return taskFailed(e);
      }
      return commit(result);
    }

    private byte[] resultOf(Object task, Connection guarded, ResultCodec codec) throws Exception {
      try {
        if (task instanceof TransactionAction<?> action) {
          action.run(guarded);
          return codec.encode(null);
        }
        return codec.encode(((TransactionTask<?, ?>) task).run(guarded));
      } finally {
        Thread.interrupted();
        before.restore();
      }
    }

    private TaskEnd commit(byte[] result) {
      if (!gate.close(LEAKED_CALL_PATIENCE)) {
        return occupied(null);
      }
      if (gate.cancelled()) {
        return rollBack(Reason.CANCELLED, null);
      }
      SQLException rollbackCall = effects.rollbackCall();
      if (rollbackCall != null) {
        return rollBack(
            FrameType.NOT_COMMITTED,
            rollbackCall,
            never -> notCommittedAsFound(Reason.ROLLBACK_ONLY, null, rollbackCall),
            null);
      }
      if (effects.isCopying()) {
        return rollBack(Reason.COMMIT_REFUSED, new SQLException(OPEN_COPY, "25000"));
      }
      Commit commit;
      try {
        begun().beforeCommit();
        commit = new Commit(session, request, effects, begun(), notesTransactionIds);
        commit.prepare(result);
      } catch (SQLException e) {
        return rollBack(Reason.COMMIT_REFUSED, e);
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
            return rollBack(Reason.COMMIT_REFUSED, e);
          }
          case ROLLED_BACK_IN_PART, OPEN, UNKNOWN -> inDoubt(e);
        }
      } catch (Throwable e) {
        inDoubt(e);
      }
      Failpoints.pass(Failpoint.COMMIT_ANSWERED);
      recorder.committed();
      return end(FrameType.COMMITTED, result, null);
    }

    private void inDoubt(Throwable failure) {
      outbox.send(
          outbox.frame(FrameType.IN_DOUBT, sequence, taskId, failures.encode(failure)), null);
      System.err.println("commit was called and its answer is not known: " + failure);
      Runtime.getRuntime().halt(ExitCode.IN_DOUBT);
    }

    private TaskEnd taskFailed(Throwable failure) {
      if (!gate.close(LEAKED_CALL_PATIENCE)) {
        return occupied(failure);
      }
      String retire =
          failure instanceof VirtualMachineError ? "a task failed with " + failure : null;
      if (gate.cancelled()) {
        return rollBack(Reason.CANCELLED, failure, retire);
      }
      byte[] encoded = failures.encode(failure);
      return rollBack(
          FrameType.TASK_FAILED,
          failure,
          retryCause -> new TaskFailed(effects.mayBeCommitted(), retryCause, encoded).encode(),
          retire);
    }

    private TaskEnd rollBack(Reason reason, @Nullable Throwable failure) {
      if (!gate.close(LEAKED_CALL_PATIENCE)) {
        return occupied(failure);
      }
      return rollBack(reason, failure, null);
    }

    private TaskEnd rollBack(Reason reason, @Nullable Throwable failure, @Nullable String retire) {
      return rollBack(
          FrameType.NOT_COMMITTED,
          failure,
          retryCause -> notCommittedAsFound(reason, retryCause, failure),
          retire);
    }

    /** Tells why it was not committed: the server may have shown more than what has failed. */
    private byte[] notCommittedAsFound(
        Reason reason, @Nullable Cause retryCause, @Nullable Throwable failure) {
      Throwable told = failure;
      SQLException unseen = effects.unseenEnd();
      if (reason == Reason.COMMIT_REFUSED && unseen != null && unseen != failure) {
        told = new SQLException(unseen.getMessage(), unseen.getSQLState(), failure);
      }
      return encode(reason, retryCause, told, told == null ? NOTHING : failures.encode(told));
    }

    /**
     * Rolls back and answers. The answer is recorded first, as nothing can be committed any more:
     * so it counts even if the worker dies meanwhile. If the rollback shows that a part may be
     * committed, or that none is, the answer is made anew.
     */
    private TaskEnd rollBack(
        FrameType type,
        @Nullable Throwable failure,
        Function<@Nullable Cause, byte[]> answer,
        @Nullable String retire) {
      Cause retryCause = retryCause(failure, false);
      boolean inPart = effects.mayBeCommitted();
      byte[] content = answer.apply(retryCause);
      recorder.rolledBack(new RecordedAnswer(type, content).encode());
      Failpoints.pass(Failpoint.ROLLING_BACK);
      boolean alive = rollBackNow();
      if (lostMayKeepRows) {
        begun().lost();
      }
      if ((alive || retryCause != null)
          && !sessionMayBeAlive
          && inPart == effects.mayBeCommitted()) {
        return end(type, content, retire);
      }
      return notToCommit(type, answer.apply(retryCause(failure, !alive)), retire);
    }

    /**
     * Rolls back; returns false if the connection was dead and the database has to do it. It is
     * made to: that a connection is closed does not end what the server executes for it.
     */
    private boolean rollBackNow() {
      boolean alive = session.isConnected();
      try {
        if (alive) {
          effects.endCopy();
          if (!session.connection().getAutoCommit()) {
            begun().rollBack();
          }
        }
      } catch (SQLException e) {
        System.err.println("rolling back failed, so the session is ended instead: " + e);
        session.close();
        alive = false;
      }
      sessionMayBeAlive = false;
      if (!alive) {
        Session.Lost lost = session.endLost();
        sessionMayBeAlive = !lost.gone();
        lostMayKeepRows = lost.mayKeepRows();
      }
      return alive;
    }

    private @Nullable Cause retryCause(@Nullable Throwable failure, boolean connectionIsDead) {
      return RetryCauses.find(session.dialect().failures(), failure, connectionIsDead);
    }

    /**
     * Gives the connection up to whoever is inside a call on it. What it executes holds the locks
     * of the transaction, and rolling back would wait for it: the session is ended from outside.
     */
    private TaskEnd occupied(@Nullable Throwable failure) {
      byte[] encoded =
          new NotCommitted(
                  Reason.OCCUPIED,
                  effects.mayBeCommitted(),
                  null,
                  LEAKED_CALL,
                  failure == null ? NOTHING : failures.encode(failure))
              .encode();
      recorder.rolledBack(new RecordedAnswer(FrameType.NOT_COMMITTED, encoded).encode());
      Frame answer = outbox.frame(FrameType.NOT_COMMITTED, sequence, taskId, encoded);
      return new TaskEnd(answer, effects, true, true, LEAKED_CALL);
    }

    private TaskEnd notStarted() {
      effects.replaceConnection();
      session.close();
      return notCommitted(Reason.NOT_STARTED);
    }

    private TaskEnd notCommitted(Reason reason) {
      return notCommitted(reason, null, null, null);
    }

    private TaskEnd notCommitted(
        Reason reason,
        @Nullable Throwable failure,
        @Nullable Cause retryCause,
        @Nullable String retire) {
      byte[] encoded = failure == null ? NOTHING : failures.encode(failure);
      return notToCommit(
          FrameType.NOT_COMMITTED, encode(reason, retryCause, failure, encoded), retire);
    }

    private byte[] encode(
        Reason reason, @Nullable Cause retryCause, @Nullable Throwable failure, byte[] encoded) {
      String message = failure == null ? "" : messageOf(failure);
      return new NotCommitted(
              reason, effects.mayBeCommitted(), retryCause, message, encoded, sessionMayBeAlive)
          .encode();
    }

    /** The method may be the task's, and fail. */
    private static String messageOf(Throwable failure) {
      try {
        return String.valueOf(failure.getMessage());
      } catch (RuntimeException | Error e) {
        return failure.getClass().getName();
      }
    }

    /** Ends the task with an answer that counts from now on, whether or not it can be sent. */
    private TaskEnd notToCommit(FrameType type, byte[] content, @Nullable String retire) {
      recorder.rolledBack(new RecordedAnswer(type, content).encode());
      return end(type, content, retire);
    }

    private TaskEnd end(FrameType type, byte[] content, @Nullable String retire) {
      boolean touched =
          effects.executed()
              || effects.dirtiesSession()
              || effects.replacesConnection()
              || !session.isPristine()
              || !session.isConnected();
      Frame answer = outbox.frame(type, sequence, taskId, content);
      return new TaskEnd(answer, effects, touched, false, retire);
    }
  }
}
