package io.cofferdam.internal.executor;

import static com.google.common.base.Preconditions.checkArgument;

import io.cofferdam.Outcome;
import io.cofferdam.TaskSerializationException;
import io.cofferdam.TransactionException.Details;
import io.cofferdam.TransactionOptions;
import io.cofferdam.internal.answer.AnswerReader;
import io.cofferdam.internal.codec.Loaders;
import io.cofferdam.internal.codec.NotEncodableException;
import io.cofferdam.internal.codec.TaskEncoder;
import io.cofferdam.internal.config.ExecutorConfig;
import io.cofferdam.internal.task.Answer;
import io.cofferdam.internal.task.ClientQueue;
import io.cofferdam.internal.task.PendingTask;
import io.cofferdam.internal.task.StopReason;
import io.cofferdam.internal.task.SubmittedTask;
import io.cofferdam.internal.task.WaitingTask;
import io.cofferdam.internal.wire.Frame;
import java.io.Serializable;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The calls of clients: gives each task its id, its form and its deadline, has the pool run it, and
 * reads the answer, in the caller's thread or, for a future, in a callback thread. Thread-safe.
 */
final class ClientCalls {

  /** Room for the frame around a task. */
  private static final int MAX_TASK = Frame.MAX_PAYLOAD - 64;

  private final ExecutorConfig config;
  private final Duration timeout;
  private final TaskIds taskIds;
  private final TaskEncoder encoder = new TaskEncoder(MAX_TASK);
  private final Pool pool;
  private final AnswerReader answers;
  private final Executor callbacks;

  ClientCalls(
      ExecutorConfig config, TaskIds taskIds, Pool pool, AnswerReader answers, Executor callbacks) {
    this.config = config;
    timeout = config.limits().timeout();
    this.taskIds = taskIds;
    this.pool = pool;
    this.answers = answers;
    this.callbacks = callbacks;
  }

  /**
   * Runs a task or action and waits for its answer.
   *
   * @param code returns an R; null if it is an action
   */
  @SuppressWarnings({"unchecked", "NullAway", "TypeParameterUnusedInFormals"})
  <R extends @Nullable Object, X extends Exception> R execute(
      ClientQueue client, TransactionOptions options, Serializable code) throws X {
    long timeoutNanos = timeoutOf(options);
    UUID id = taskIds.next();
    byte[] encoded = encode(id, code);
    WaitingTask task =
        new WaitingTask(id, client, encoded, options, System.nanoTime() + timeoutNanos);
    pool.admit(task);
    try {
      return (R) answers.read(task, pool.await(task), Loaders.of(code));
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable failure) {
      throw (X) failure;
    }
  }

  /**
   * Queues a task or action.
   *
   * @param code returns an R; null if it is an action
   */
  <R extends @Nullable Object> CompletableFuture<R> submit(
      ClientQueue client, TransactionOptions options, Serializable code) {
    long timeoutNanos = timeoutOf(options);
    UUID id = taskIds.next();
    ClassLoader loader = Loaders.of(code);
    TransactionFuture<R> future = new TransactionFuture<>();
    SubmittedTask task =
        new SubmittedTask(
            id,
            client,
            encode(id, code),
            options,
            System.nanoTime() + timeoutNanos,
            (answered, answer) ->
                callbacks.execute(() -> settle(future, answered, answer, loader)));
    // The task may be answered as soon as it is admitted, so its future can be cancelled before.
    future.onCancel(() -> cancel(future, task, loader));
    pool.admit(task);
    return future;
  }

  /** Returns how long a task has, once it is seen that it may have what its options ask for. */
  private long timeoutOf(TransactionOptions options) {
    if (options.idempotencyKey().isPresent()) {
      checkArgument(
          config.tracking().hasLedger(),
          "idempotencyKey is set, and executor '%s' keeps no ledger to find it in; set"
              + " outcomeTracking(OutcomeTracking.LEDGER)",
          config.name());
    }
    return options.timeout().orElse(timeout).toNanos();
  }

  private byte[] encode(UUID id, Serializable code) {
    try {
      return encoder.encode(code);
    } catch (NotEncodableException e) {
      throw new TaskSerializationException(
          String.valueOf(e.getMessage()), Details.of(Outcome.NOT_STARTED).taskId(id), e);
    }
  }

  private boolean cancel(TransactionFuture<?> future, PendingTask task, ClassLoader loader) {
    if (!pool.remove(task, StopReason.CANCELLED)) {
      return false;
    }
    // The task is out of the queue, so no worker answers it; the end tells a callback thread, which
    // finds the future complete by then.
    future.settleCancelled(
        answers.withEarlierFailures(
            task, pool.messages().cancelledInQueue(task, "its future was cancelled"), loader));
    pool.end(task, pool.messages().stoppedInQueue(task, StopReason.CANCELLED));
    return true;
  }

  @SuppressWarnings({"unchecked", "NullAway"})
  private <R extends @Nullable Object> void settle(
      TransactionFuture<R> future, PendingTask task, Answer answer, ClassLoader loader) {
    try {
      future.settle((R) answers.read(task, answer, loader));
    } catch (Throwable failure) {
      future.settleExceptionally(failure);
    }
  }
}
