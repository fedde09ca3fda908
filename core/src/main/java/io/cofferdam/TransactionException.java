package io.cofferdam;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the executor itself has to report about a transaction. Its message says what happened, what
 * became of the transaction and what to do. Every caller gets an instance of its own.
 */
public abstract class TransactionException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Outcome outcome;
  private final @Nullable UUID taskId;

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
}
