package io.cofferdam;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A client handle: one user of the executor, and the unit of fairness in its queue.
 *
 * <p>Thread-safe. The tasks of one handle start in the order in which they were given and may run
 * in parallel. A task's own exception rolls its transaction back and comes out as itself; what the
 * executor has to report comes out as a {@link TransactionException} that tells the {@link
 * Outcome}. With a {@link RetryPolicy}, what comes out is the failure of the last attempt; those of
 * the attempts before are its suppressed exceptions, in order.
 */
public interface TransactionClient extends AutoCloseable {

  /**
   * Runs a task in a transaction of its own and waits for its result, with default options.
   *
   * @throws X what the task threw: its transaction is rolled back
   * @throws TransactionException what became of the transaction if the executor could not run it to
   *     a normal end; never thrown after a commit without saying {@link Outcome#COMMITTED}
   */
  @CanIgnoreReturnValue
  default <R extends @Nullable Object, X extends Exception> R execute(TransactionTask<R, X> task)
      throws X {
    return execute(TransactionOptions.defaults(), task);
  }

  /** Like {@link #execute(TransactionTask)}, with options. */
  @CanIgnoreReturnValue
  <R extends @Nullable Object, X extends Exception> R execute(
      TransactionOptions options, TransactionTask<R, X> task) throws X;

  /**
   * Runs an action in a transaction of its own and waits for its end, with default options.
   *
   * @throws X what the action threw: its transaction is rolled back
   * @throws TransactionException as {@link #execute(TransactionTask)} does
   */
  default <X extends Exception> void run(TransactionAction<X> action) throws X {
    run(TransactionOptions.defaults(), action);
  }

  /** Like {@link #run(TransactionAction)}, with options. */
  <X extends Exception> void run(TransactionOptions options, TransactionAction<X> action) throws X;

  /**
   * Queues a task and returns at once, with default options.
   *
   * <p>The future completes on a callback thread of the executor, with the result or with what
   * {@code execute} would have thrown. {@code cancel} of a queued task removes it and returns true.
   * Of a running one it asks the worker to stop and returns false; the future completes later with
   * the truth. The methods that would make the future lie ({@code complete*}, {@code obtrude*},
   * {@code orTimeout}, {@code completeOnTimeout}) throw {@link UnsupportedOperationException}.
   *
   * @throws TaskSerializationException if the task cannot be sent; nothing was queued
   * @throws TransactionRejectedException if the queue is full, or the handle or the executor is
   *     closed
   */
  default <R extends @Nullable Object> CompletableFuture<R> submit(TransactionTask<R, ?> task) {
    return submit(TransactionOptions.defaults(), task);
  }

  /** Like {@link #submit(TransactionTask)}, with options. */
  <R extends @Nullable Object> CompletableFuture<R> submit(
      TransactionOptions options, TransactionTask<R, ?> task);

  /**
   * Queues an action and returns at once, with default options: what {@link #submit} is to {@code
   * execute}, this is to {@code run}. It has a name of its own because a lambda with one expression
   * can be a task and an action.
   *
   * <p>The future behaves like that of {@link #submit(TransactionTask)}, and completes with null.
   *
   * @throws TaskSerializationException as {@link #submit(TransactionTask)} does
   * @throws TransactionRejectedException as {@link #submit(TransactionTask)} does
   */
  default CompletableFuture<Void> runAsync(TransactionAction<?> action) {
    return runAsync(TransactionOptions.defaults(), action);
  }

  /** Like {@link #runAsync(TransactionAction)}, with options. */
  CompletableFuture<Void> runAsync(TransactionOptions options, TransactionAction<?> action);

  /** {@return the name given when the handle was opened} */
  String name();

  /** Cancels what this handle has queued and lets its running tasks end. Idempotent. */
  @Override
  void close();
}
