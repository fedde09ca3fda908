package io.cofferdam.internal.answer;

import io.cofferdam.CommitFailedException;
import io.cofferdam.CrashReport;
import io.cofferdam.Outcome;
import io.cofferdam.RemoteTaskException;
import io.cofferdam.ResultLostException;
import io.cofferdam.RetryPolicy;
import io.cofferdam.TaskSerializationException;
import io.cofferdam.TransactionCancelledException;
import io.cofferdam.TransactionException;
import io.cofferdam.TransactionException.Details;
import io.cofferdam.TransactionInterruptedException;
import io.cofferdam.TransactionRejectedException;
import io.cofferdam.TransactionRejectedException.Reason;
import io.cofferdam.TransactionTimeoutException;
import io.cofferdam.WorkerCrashedException;
import io.cofferdam.internal.codec.Failure;
import io.cofferdam.internal.codec.FailureCodec;
import io.cofferdam.internal.codec.NotDecodableException;
import io.cofferdam.internal.task.Answer;
import io.cofferdam.internal.task.PendingTask;
import io.cofferdam.internal.task.StopReason;
import io.cofferdam.internal.text.WorkerText;
import io.cofferdam.internal.wire.NotCommitted;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes what the executor reports: each message says what happened, what became of the transaction
 * and what to do. Thread-safe. Exceptions are made when the answer is read, by the thread that
 * reads it.
 */
public final class FailureMessages {

  /** How long an answer may take to decode, even if the deadline of its task is over. */
  static final long LEAST_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final FailureCodec failures;
  private final Supplier<String> vitalSigns;
  private final Supplier<@Nullable Throwable> lastStartFailure;

  /**
   * Creates the messages of an executor.
   *
   * @param vitalSigns counts of queue and workers, for messages
   * @param lastStartFailure why no worker could start or connect lately, or null
   */
  public FailureMessages(
      FailureCodec failures,
      Supplier<String> vitalSigns,
      Supplier<@Nullable Throwable> lastStartFailure) {
    this.failures = failures;
    this.vitalSigns = vitalSigns;
    this.lastStartFailure = lastStartFailure;
  }

  /** Makes the refusal of a task. */
  public TransactionRejectedException rejected(Reason reason, PendingTask task) {
    return rejected(reason, task, details(task, Outcome.NOT_STARTED));
  }

  private TransactionRejectedException rejected(Reason reason, PendingTask task, Details details) {
    String why =
        switch (reason) {
          case QUEUE_FULL -> "the queue of the executor is full; slow down, or raise maxQueued";
          case CLIENT_QUEUE_FULL ->
              "this client handle has too many tasks waiting; slow down, or raise"
                  + " maxQueuedPerClient";
          case CLIENT_CLOSED -> "the client handle is closed";
          case EXECUTOR_CLOSED -> "the executor is closed";
          case KEY_REUSED ->
              "its idempotency key was committed with another fingerprint, so it stands for another"
                  + " request; give each request a key of its own";
        };
    return new TransactionRejectedException(
        task.describe() + " was refused: " + why + signs(), details, failureToStart(), reason);
  }

  /** Answers a task that was stopped while it was not running: before it began, or began again. */
  public Answer stoppedInQueue(PendingTask task, StopReason reason) {
    return stopped(task, reason, task.outcomeSoFar(), null);
  }

  /** Answers a task that was stopped. */
  public Answer.Failure stopped(
      PendingTask task, StopReason reason, Outcome outcome, byte @Nullable [] failure) {
    String signs = signs();
    Throwable startFailure = outcome == Outcome.NOT_STARTED ? failureToStart() : null;
    return new Answer.Failure(
        details(task, outcome),
        details -> {
          Throwable cause = failure == null ? startFailure : decode(failure);
          String message =
              task.describe() + " " + describe(reason) + "; " + describe(outcome) + signs;
          return stopException(reason, message, details, cause);
        });
  }

  /** Answers a task that was removed from the queue. */
  public Answer cancelled(PendingTask task, String why) {
    return new Answer.Failure(
        details(task, task.outcomeSoFar()), details -> cancelledInQueue(task, details, why));
  }

  /** Makes what the caller of a task is told that was removed from the queue. */
  public TransactionCancelledException cancelledInQueue(PendingTask task, String why) {
    return cancelledInQueue(task, details(task, task.outcomeSoFar()), why);
  }

  private static TransactionCancelledException cancelledInQueue(
      PendingTask task, Details details, String why) {
    return new TransactionCancelledException(
        task.describe() + " was cancelled: " + why + "; " + describe(details.outcome()),
        details,
        null);
  }

  /** Answers a task whose key is committed with another fingerprint. */
  public Answer keyReused(PendingTask task) {
    return new Answer.Failure(
        details(task, Outcome.NOT_STARTED), details -> rejected(Reason.KEY_REUSED, task, details));
  }

  /**
   * Answers a task whose worker could not commit it.
   *
   * @param reason why the task was being stopped, or null
   */
  public Answer notCommitted(PendingTask task, NotCommitted given, @Nullable StopReason reason) {
    Answer.Failure told = reported(task, given, reason);
    return given.sessionMayBeAlive() ? afterLostConnection(told) : told;
  }

  /**
   * Says that the session may be alive. There may be another attempt all the same: a commit was
   * never sent.
   */
  private static Answer afterLostConnection(Answer.Failure told) {
    return new Answer.Failure(
        told.details().sessionMayBeAlive(true), told.retryCause(), told.making());
  }

  private Answer.Failure reported(
      PendingTask task, NotCommitted given, @Nullable StopReason reason) {
    Outcome outcome = outcomeOf(task, given);
    byte[] failure = given.failure();
    boolean stopped = given.reason() == NotCommitted.Reason.OCCUPIED && reason != null;
    if (stopped || given.reason() == NotCommitted.Reason.CANCELLED) {
      return stopped(
          task,
          reason == null ? StopReason.CANCELLED : reason,
          outcome,
          failure.length == 0 ? null : failure);
    }
    return new Answer.Failure(
        details(task, outcome), given.retryCause(), details -> notCommitted(task, given, details));
  }

  private static Outcome outcomeOf(PendingTask task, NotCommitted given) {
    return switch (given.reason()) {
      case NOT_STARTED, TASK_UNREADABLE, BEGIN_REFUSED -> task.outcomeSoFar();
      case KEY_REUSED -> Outcome.NOT_STARTED;
      case KEY_SPENT -> Outcome.UNKNOWN;
      case CANCELLED, RESULT_REFUSED, OCCUPIED, COMMIT_REFUSED, ROLLBACK_ONLY ->
          given.partMayBeCommitted() ? Outcome.UNKNOWN : Outcome.ROLLED_BACK;
    };
  }

  /**
   * Answers a task whose worker died.
   *
   * @param report what is known about its death
   * @param failure the encoded exception that the worker sent last, or null
   */
  public Answer crashed(
      PendingTask task,
      Outcome outcome,
      CrashReport report,
      String circumstances,
      byte @Nullable [] failure) {
    return new Answer.Failure(
        details(task, outcome),
        RetryPolicy.Cause.WORKER_CRASH,
        details ->
            new WorkerCrashedException(
                report.worker()
                    + " (pid "
                    + report.pid()
                    + ") died while it ran "
                    + task.describe()
                    + ": "
                    + circumstances
                    + "; "
                    + describe(outcome),
                details,
                failure == null ? null : decode(failure),
                report));
  }

  /**
   * Answers a task that has cost several workers before any was seen to begin with it. There is no
   * further attempt, whatever its options ask for.
   *
   * @param report what is known about the last of these deaths
   * @param deaths how many there were
   */
  public Answer neverStarted(
      PendingTask task, CrashReport report, String circumstances, int deaths) {
    Outcome outcome = task.outcomeSoFar();
    return new Answer.Failure(
        details(task, outcome),
        details ->
            new WorkerCrashedException(
                report.worker()
                    + " (pid "
                    + report.pid()
                    + ") died before it began with "
                    + task.describe()
                    + ": "
                    + circumstances
                    + "; so did each of the "
                    + deaths
                    + " workers that were given this task, and it is given to no other; "
                    + briefly(outcome)
                    + "; find out what in it ends workers before you give it again",
                details,
                null,
                report));
  }

  /** Answers a task that was committed and whose result is lost. */
  public Answer resultLost(PendingTask task, String why) {
    return new Answer.Failure(
        details(task, Outcome.COMMITTED),
        details ->
            new ResultLostException(
                task.describe()
                    + " was committed, but its result is lost: "
                    + why
                    + "; read it from the database, do not run the task again",
                details,
                null));
  }

  /** Rebuilds an exception of a worker, or what stands for it. */
  public Throwable decode(byte[] failure) {
    try {
      Failure decoded = failures.decode(failure, System.nanoTime() + LEAST_PATIENCE_NANOS);
      return decoded instanceof Failure.Rebuilt rebuilt
          ? rebuilt.throwable()
          : remote((Failure.Foreign) decoded, Details.of(Outcome.ROLLED_BACK));
    } catch (NotDecodableException e) {
      return e;
    }
  }

  static RemoteTaskException remote(Failure.Foreign failure, Details details) {
    return new RemoteTaskException(
        "the task failed with "
            + WorkerText.line(failure.className())
            + (failure.message() == null ? "" : ": " + WorkerText.lines(failure.message()))
            + ", which cannot be rebuilt in this JVM; "
            + describe(details.outcome())
            + "; its stack trace in the worker:\n"
            + WorkerText.lines(failure.stackTrace()),
        details,
        failure.className(),
        failure.message(),
        failure.stackTrace());
  }

  private TransactionException notCommitted(PendingTask task, NotCommitted given, Details details) {
    Outcome outcome = details.outcome();
    Throwable cause = given.failure().length == 0 ? null : decode(given.failure());
    String end = "; " + describe(outcome);
    String forGood = outcome == Outcome.UNKNOWN ? end : "; " + briefly(outcome);
    return switch (given.reason()) {
      case TASK_UNREADABLE ->
          new TaskSerializationException(
              task.describe()
                  + " could not be read in the worker: "
                  + WorkerText.lines(given.message())
                  + forGood,
              details,
              cause);
      case RESULT_REFUSED ->
          new TaskSerializationException(
              "the result of "
                  + task.describe()
                  + " cannot be sent: "
                  + WorkerText.lines(given.message())
                  + forGood,
              details,
              cause);
      case KEY_REUSED -> rejected(Reason.KEY_REUSED, task, details);
      case KEY_SPENT ->
          new CommitFailedException(
              task.describe()
                  + " was not run: an earlier task with its idempotency key was committed in part,"
                  + " by a statement that commits by itself, and did not end; look in the database"
                  + " what it did, and remove the key's row from the ledger to use the key again",
              details,
              null);
      case ROLLBACK_ONLY ->
          new CommitFailedException(
              task.describe()
                  + " was not committed: "
                  + WorkerText.lines(given.message())
                  + forGood,
              details,
              cause);
      case BEGIN_REFUSED, COMMIT_REFUSED, OCCUPIED, NOT_STARTED, CANCELLED ->
          new CommitFailedException(
              task.describe()
                  + " could not be committed: "
                  + WorkerText.lines(given.message())
                  + end,
              details,
              cause);
    };
  }

  private static Details details(PendingTask task, Outcome outcome) {
    return Details.of(outcome).taskId(task.id());
  }

  private String signs() {
    return " (" + vitalSigns.get() + ")";
  }

  private @Nullable Throwable failureToStart() {
    return lastStartFailure.get();
  }

  private static TransactionException stopException(
      StopReason reason, String message, Details details, @Nullable Throwable cause) {
    return switch (reason) {
      case DEADLINE -> new TransactionTimeoutException(message, details, cause);
      case INTERRUPTED -> new TransactionInterruptedException(message, details, cause);
      case CANCELLED, SHUTDOWN -> new TransactionCancelledException(message, details, cause);
    };
  }

  private static String describe(StopReason reason) {
    return switch (reason) {
      case DEADLINE -> "passed its deadline";
      case CANCELLED -> "was cancelled by its future";
      case INTERRUPTED -> "was cancelled, as the thread that waited for it was interrupted";
      case SHUTDOWN -> "was cancelled, as the executor was closed and the shutdown timeout passed";
    };
  }

  private static String describe(Outcome outcome) {
    return switch (outcome) {
      case NOT_STARTED, ROLLED_BACK -> briefly(outcome) + ", so it may be given again";
      case COMMITTED -> briefly(outcome);
      case UNKNOWN -> briefly(outcome) + ": ask the database before you do it again";
    };
  }

  /** Says no more than the outcome, for a task that would fail in the same way again. */
  private static String briefly(Outcome outcome) {
    return switch (outcome) {
      case NOT_STARTED -> "it never started";
      case ROLLED_BACK -> "it was rolled back";
      case COMMITTED -> "it was committed";
      case UNKNOWN -> "it may be committed or not";
    };
  }
}
