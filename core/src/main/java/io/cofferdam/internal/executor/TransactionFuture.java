package io.cofferdam.internal.executor;

import com.google.errorprone.annotations.DoNotCall;
import io.cofferdam.TransactionCancelledException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A future that only its task completes. Cancelling it removes a queued task, and asks a running
 * one to stop; whatever would make it say something else than the truth is refused.
 */
final class TransactionFuture<R extends @Nullable Object> extends CompletableFuture<R> {

  private volatile @Nullable Supplier<Boolean> canceller;

  /** Sets what {@link #cancel} calls; it returns whether the task was removed before it started. */
  void onCancel(Supplier<Boolean> canceller) {
    this.canceller = canceller;
  }

  void settle(R result) {
    canceller = null;
    super.complete(result);
  }

  void settleExceptionally(Throwable failure) {
    canceller = null;
    super.completeExceptionally(failure);
  }

  /** Completes the future as cancelled: its task was removed from the queue. */
  void settleCancelled(TransactionCancelledException why) {
    CancellationException cancelled = new CancellationException(why.getMessage());
    cancelled.addSuppressed(why);
    super.completeExceptionally(cancelled);
  }

  /** {@inheritDoc} Returns true only if the task was still queued; it will then never run. */
  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    Supplier<Boolean> current = canceller;
    return !isDone() && current != null && current.get();
  }

  /** Derived futures are plain ones: they belong to the caller. */
  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }

  @DoNotCall
  @Override
  public boolean complete(R value) {
    throw refused("complete");
  }

  @DoNotCall
  @Override
  public boolean completeExceptionally(Throwable failure) {
    throw refused("completeExceptionally");
  }

  @DoNotCall
  @Override
  public CompletableFuture<R> completeAsync(Supplier<? extends R> supplier, Executor executor) {
    throw refused("completeAsync");
  }

  @DoNotCall
  @Override
  public CompletableFuture<R> completeAsync(Supplier<? extends R> supplier) {
    throw refused("completeAsync");
  }

  @DoNotCall
  @Override
  public void obtrudeValue(R value) {
    throw refused("obtrudeValue");
  }

  @DoNotCall
  @Override
  public void obtrudeException(Throwable failure) {
    throw refused("obtrudeException");
  }

  @DoNotCall
  @Override
  public CompletableFuture<R> orTimeout(long timeout, TimeUnit unit) {
    throw refused("orTimeout");
  }

  @DoNotCall
  @Override
  public CompletableFuture<R> completeOnTimeout(R value, long timeout, TimeUnit unit) {
    throw refused("completeOnTimeout");
  }

  private static UnsupportedOperationException refused(String method) {
    return new UnsupportedOperationException(
        method
            + " would let this future say something else than what became of the transaction; set"
            + " a timeout in TransactionOptions, or derive a future of your own with copy()");
  }
}
