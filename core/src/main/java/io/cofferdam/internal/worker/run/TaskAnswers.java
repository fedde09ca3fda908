package io.cofferdam.internal.worker.run;

import io.cofferdam.RetryPolicy.Cause;
import io.cofferdam.internal.codec.FailureCodec;
import io.cofferdam.internal.dialect.RetryCauses;
import io.cofferdam.internal.wire.FrameType;
import io.cofferdam.internal.wire.NotCommitted;
import io.cofferdam.internal.wire.NotCommitted.Reason;
import io.cofferdam.internal.wire.RecordedAnswer;
import io.cofferdam.internal.wire.TaskFailed;
import io.cofferdam.internal.worker.control.ExitCode;
import io.cofferdam.internal.worker.guard.SessionEffects;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What is told of one task. What is not to be committed is recorded together with its answer, which
 * counts from then on, whether or not it can be sent.
 */
final class TaskAnswers {

  private static final byte[] NOTHING = {};

  private final WorkerParts parts;
  private final long sequence;
  private final SessionEffects effects;
  private boolean sessionMayBeAlive;

  TaskAnswers(WorkerParts parts, long sequence, SessionEffects effects) {
    this.parts = parts;
    this.sequence = sequence;
    this.effects = effects;
  }

  /** Notes whether the connection was lost and its session may still hold locks. */
  void sessionMayBeAlive(boolean mayBeAlive) {
    sessionMayBeAlive = mayBeAlive;
  }

  boolean sessionMayBeAlive() {
    return sessionMayBeAlive;
  }

  /** Ends a task with the result of an earlier one. */
  TaskEnd stored(byte[] result) {
    return endUncommitted(FrameType.STORED, result, null);
  }

  /** Ends a task that can be given to another worker. */
  TaskEnd notStarted() {
    effects.replaceConnection();
    parts.session().close();
    return notCommitted(Reason.NOT_STARTED, null, null);
  }

  /** Ends a task whose transaction has nothing in it that has to be rolled back. */
  TaskEnd notCommitted(Reason reason, @Nullable Throwable failure, @Nullable Cause retryCause) {
    byte[] encoded = failure == null ? NOTHING : encoded(failure);
    return endUncommitted(
        FrameType.NOT_COMMITTED, content(reason, retryCause, failure, encoded), null);
  }

  /** Ends a task that another thread holds the connection of; the process is ended for it. */
  TaskEnd occupied(@Nullable Throwable failure, String message) {
    byte[] content =
        new NotCommitted(
                Reason.OCCUPIED,
                effects.mayBeCommitted(),
                null,
                message,
                failure == null ? NOTHING : encoded(failure))
            .encode();
    record(FrameType.NOT_COMMITTED, content);
    return new TaskEnd(FrameType.NOT_COMMITTED, content, true, message);
  }

  /** Tells that the answer to the commit is not known, and ends the process. */
  void inDoubt(Throwable failure) {
    parts.outbox().send(FrameType.IN_DOUBT, sequence, encoded(failure));
    System.err.println("commit was called and its answer is not known: " + failure);
    Runtime.getRuntime().halt(ExitCode.IN_DOUBT);
  }

  /** Returns why another attempt may succeed, or null. */
  @Nullable Cause retryCause(@Nullable Throwable failure, boolean connectionIsDead) {
    return RetryCauses.find(parts.session().dialect().failures(), failure, connectionIsDead);
  }

  /** Encodes an exception, whose methods may be the task's. */
  byte[] encoded(Throwable failure) {
    FailureCodec codec = parts.codecs().failures();
    return codec.encode(failure);
  }

  /** Returns the content of TASK_FAILED as it is known now. */
  byte[] taskFailed(@Nullable Cause retryCause, byte[] encodedFailure) {
    return new TaskFailed(effects.mayBeCommitted(), retryCause, encodedFailure).encode();
  }

  /**
   * Returns the content of NOT_COMMITTED as it is known now: the server may have shown more than
   * what has failed.
   */
  byte[] notCommittedAsFound(
      Reason reason, @Nullable Cause retryCause, @Nullable Throwable failure) {
    Throwable told = failure;
    SQLException unseen = effects.unseenEnd();
    if (reason == Reason.COMMIT_REFUSED && unseen != null && unseen != failure) {
      told = new SQLException(unseen.getMessage(), unseen.getSQLState(), failure);
    }
    return content(reason, retryCause, told, told == null ? NOTHING : encoded(told));
  }

  private byte[] content(
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

  /** Records that the transaction is never committed, and what is told of it. */
  void record(FrameType type, byte[] content) {
    parts.recorder().rolledBack(new RecordedAnswer(type, content).encode());
  }

  /** Ends the task with an answer that counts from now on, whether or not it can be sent. */
  TaskEnd endUncommitted(FrameType type, byte[] content, @Nullable String retire) {
    record(type, content);
    return end(type, content, retire);
  }

  /** Ends the task with an answer that has been recorded, if it had to be. */
  TaskEnd end(FrameType type, byte[] content, @Nullable String retire) {
    return new TaskEnd(type, content, retire);
  }
}
