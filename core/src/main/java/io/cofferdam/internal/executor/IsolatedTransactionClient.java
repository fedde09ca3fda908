package io.cofferdam.internal.executor;

import static java.util.Objects.requireNonNull;

import io.cofferdam.TransactionAction;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionOptions;
import io.cofferdam.TransactionTask;
import io.cofferdam.internal.task.ClientQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client handle: its name, and its place in the queue. */
final class IsolatedTransactionClient implements TransactionClient {

  private final ClientCalls calls;
  private final Consumer<ClientQueue> onClose;
  private final ClientQueue queue;
  private final AtomicBoolean closed = new AtomicBoolean();

  IsolatedTransactionClient(ClientCalls calls, String name, Consumer<ClientQueue> onClose) {
    this.calls = calls;
    this.onClose = onClose;
    queue = new ClientQueue(name);
  }

  @Override
  public <R extends @Nullable Object, X extends Exception> R execute(
      TransactionOptions options, TransactionTask<R, X> task) throws X {
    requireNonNull(options, "options is null");
    return calls.<R, X>execute(queue, options, requireNonNull(task, "task is null"));
  }

  @Override
  public <X extends Exception> void run(TransactionOptions options, TransactionAction<X> action)
      throws X {
    requireNonNull(options, "options is null");
    calls.<@Nullable Object, X>execute(queue, options, requireNonNull(action, "action is null"));
  }

  @Override
  public <R extends @Nullable Object> CompletableFuture<R> submit(
      TransactionOptions options, TransactionTask<R, ?> task) {
    requireNonNull(options, "options is null");
    return calls.submit(queue, options, requireNonNull(task, "task is null"));
  }

  @Override
  public CompletableFuture<Void> runAsync(TransactionOptions options, TransactionAction<?> action) {
    requireNonNull(options, "options is null");
    return calls.submit(queue, options, requireNonNull(action, "action is null"));
  }

  @Override
  public String name() {
    return queue.name();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      onClose.accept(queue);
    }
  }

  @Override
  public String toString() {
    return "TransactionClient[" + name() + "]";
  }
}
