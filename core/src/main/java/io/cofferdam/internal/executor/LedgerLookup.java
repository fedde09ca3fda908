package io.cofferdam.internal.executor;

import static com.google.common.base.Preconditions.checkState;
import static java.util.Objects.requireNonNull;

import io.cofferdam.Outcome;
import io.cofferdam.TransactionException.Details;
import io.cofferdam.TransactionInterruptedException;
import io.cofferdam.TransactionRejectedException;
import io.cofferdam.TransactionRejectedException.Reason;
import io.cofferdam.TransactionTimeoutException;
import io.cofferdam.internal.config.ExecutorConfig;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Looks outcomes up in the ledger for callers, who wait for them. Thread-safe. */
final class LedgerLookup {

  private final ExecutorConfig config;
  private final Pool pool;

  LedgerLookup(ExecutorConfig config, Pool pool) {
    this.config = config;
    this.pool = pool;
  }

  /** Returns what became of a task; see {@link io.cofferdam.TransactionExecutor#outcomeOf}. */
  Outcome outcomeOf(UUID taskId) {
    requireNonNull(taskId, "taskId is null");
    checkState(
        config.tracking().hasLedger(),
        "outcomes can be read only from a ledger; set outcomeTracking(OutcomeTracking.LEDGER)");
    String question = "the outcome of task " + taskId + " could not be read: ";
    try {
      return pool.outcomeOf(taskId).get(config.limits().timeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new TransactionTimeoutException(
          question
              + "the database did not answer within "
              + config.limits().timeout()
              + "; ask again",
          Details.of(Outcome.UNKNOWN).taskId(taskId),
          pool.lastStartFailure());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransactionInterruptedException(
          question + "the thread was interrupted", Details.of(Outcome.UNKNOWN).taskId(taskId), e);
    } catch (ExecutionException e) {
      throw new TransactionRejectedException(
          question + "executor '" + config.name() + "' is closed",
          Details.of(Outcome.NOT_STARTED).taskId(taskId),
          e,
          Reason.EXECUTOR_CLOSED);
    }
  }
}
