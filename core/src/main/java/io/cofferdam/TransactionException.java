package io.cofferdam;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What the executor itself has to report about a transaction. Its message says what happened, what
 * became of the transaction and what to do. Every caller gets an instance of its own.
 *
 * <p>Immutable, except for its stack trace and its suppressed exceptions, which are those of any
 * exception. A test of code that handles one creates it with a constructor of a final subclass, and
 * with the {@link Details} of the transaction that the exception is about.
 */
public abstract sealed class TransactionException extends RuntimeException
    permits CommitFailedException,
        PartialCommitException,
        RemoteTaskException,
        ResultLostException,
        TaskSerializationException,
        TransactionCancelledException,
        TransactionInterruptedException,
        TransactionRejectedException,
        TransactionTimeoutException,
        WorkerCrashedException,
        WorkerStartException {

  private static final long serialVersionUID = 1L;

  private final Outcome outcome;
  private final @Nullable UUID taskId;
  private final transient @Nullable CompletionStage<Outcome> resolution;
  private final boolean sessionMayBeAlive;

  TransactionException(String message, Details details, @Nullable Throwable cause) {
    super(message, cause);
    outcome = details.outcome;
    taskId = details.taskId;
    resolution = details.resolution;
    sessionMayBeAlive = details.sessionMayBeAlive;
  }

  /** {@return what became of the transaction} */
  public final Outcome outcome() {
    return outcome;
  }

  /**
   * Returns whether the same task may be given again without doing its work twice: nothing of it
   * remains in the database.
   */
  public final boolean retrySafe() {
    return outcome == Outcome.NOT_STARTED || outcome == Outcome.ROLLED_BACK;
  }

  /** {@return the id of the task, or empty if the failure came before there was one} */
  public final Optional<UUID> taskId() {
    return Optional.ofNullable(taskId);
  }

  /**
   * Returns a stage that completes with the final outcome: at once with {@link #outcome}, unless
   * that is UNKNOWN and the executor is still finding it out. It completes with UNKNOWN if the
   * database cannot tell, or if the executor is closed before it has told. Never completes
   * exceptionally; a deserialized exception knows no more than its outcome.
   */
  public final CompletionStage<Outcome> resolution() {
    return resolution == null ? CompletableFuture.completedStage(outcome) : resolution;
  }

  /**
   * Returns whether the database session of the transaction may still live and hold its locks,
   * because the answer had to come before it was seen to be gone. The session is ended as soon as
   * that is possible.
   */
  public final boolean sessionMayBeAlive() {
    return sessionMayBeAlive;
  }

  /**
   * What an exception says about its transaction. Immutable: every method that sets a value returns
   * a new instance.
   */
  public static final class Details {

    private final Outcome outcome;
    private final @Nullable UUID taskId;
    private final @Nullable CompletionStage<Outcome> resolution;
    private final boolean sessionMayBeAlive;

    private Details(
        Outcome outcome,
        @Nullable UUID taskId,
        @Nullable CompletionStage<Outcome> resolution,
        boolean sessionMayBeAlive) {
      this.outcome = outcome;
      this.taskId = taskId;
      this.resolution = resolution;
      this.sessionMayBeAlive = sessionMayBeAlive;
    }

    /**
     * Returns the details of a transaction without a task's id, whose outcome is final and whose
     * session is gone.
     */
    public static Details of(Outcome outcome) {
      return new Details(requireNonNull(outcome, "outcome is null"), null, null, false);
    }

    /** Sets the id of the task. */
    public Details taskId(UUID taskId) {
      requireNonNull(taskId, "taskId is null");
      return new Details(outcome, taskId, resolution, sessionMayBeAlive);
    }

    /** Sets what completes with the final outcome, never exceptionally. */
    public Details resolution(CompletionStage<Outcome> resolution) {
      requireNonNull(resolution, "resolution is null");
      return new Details(outcome, taskId, resolution, sessionMayBeAlive);
    }

    /** Sets whether the session may still live and hold its locks. */
    public Details sessionMayBeAlive(boolean sessionMayBeAlive) {
      return new Details(outcome, taskId, resolution, sessionMayBeAlive);
    }

    /** {@return what became of the transaction} */
    public Outcome outcome() {
      return outcome;
    }

    /** Refuses an outcome that an exception cannot have. */
    Details require(Outcome only) {
      checkArgument(
          outcome == only, "outcome is %s; for this exception it must be %s", outcome, only);
      return this;
    }

    @Override
    public String toString() {
      return "Details[outcome="
          + outcome
          + ", taskId="
          + taskId
          + ", sessionMayBeAlive="
          + sessionMayBeAlive
          + "]";
    }
  }
}
