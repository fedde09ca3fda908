package io.cofferdam;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What the executor itself has to report about a transaction. Its message says what happened, what
 * became of the transaction and what to do. Every caller gets an instance of its own.
 */
public abstract class TransactionException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Outcome outcome;
  private final @Nullable UUID taskId;

  private transient @Nullable CompletionStage<Outcome> resolution;
  private boolean sessionMayBeAlive;

  TransactionException(
      String message, Outcome outcome, @Nullable UUID taskId, @Nullable Throwable cause) {
    super(message, cause);
    this.outcome = requireNonNull(outcome, "outcome is null");
    this.taskId = taskId;
  }

  /** Returns what became of the transaction. */
  public Outcome outcome() {
    return outcome;
  }

  /**
   * Tells whether the same task may be given again without doing its work twice: nothing of it
   * remains in the database.
   */
  public boolean retrySafe() {
    return outcome == Outcome.NOT_STARTED || outcome == Outcome.ROLLED_BACK;
  }

  /** Returns the id of the task, or empty if the failure came before there was one. */
  public Optional<UUID> taskId() {
    return Optional.ofNullable(taskId);
  }

  /**
   * Returns a stage that completes with the final outcome: at once with {@link #outcome}, unless
   * that is UNKNOWN and the executor is still finding it out. It completes with UNKNOWN if the
   * database cannot tell, or if the executor is closed before it has told. Never completes
   * exceptionally; a deserialized exception knows no more than its outcome.
   */
  public final CompletionStage<Outcome> resolution() {
    CompletionStage<Outcome> current = resolution;
    return current == null ? CompletableFuture.completedStage(outcome) : current;
  }

  /**
   * Tells whether the database session of the transaction may still live and hold its locks, as the
   * answer had to come before it was seen to be gone. It is ended as soon as that is possible.
   */
  public final boolean sessionMayBeAlive() {
    return sessionMayBeAlive;
  }

  /**
   * For the executor: sets what {@link #resolution} and {@link #sessionMayBeAlive} return, before
   * anybody has seen the exception.
   */
  public final void follow(CompletionStage<Outcome> resolution, boolean sessionMayBeAlive) {
    this.resolution = resolution;
    this.sessionMayBeAlive = sessionMayBeAlive;
  }
}
