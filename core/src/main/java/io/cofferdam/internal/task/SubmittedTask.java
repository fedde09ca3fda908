package io.cofferdam.internal.task;

import io.cofferdam.TransactionOptions;
import java.util.UUID;
import java.util.function.BiConsumer;

/** A task that somebody holds a future of. */
public final class SubmittedTask extends PendingTask {

  private final BiConsumer<PendingTask, Answer> listener;

  /**
   * Creates a task.
   *
   * @param listener is given the answer; it must hand it to a callback thread and return
   */
  public SubmittedTask(
      UUID id,
      ClientQueue client,
      byte[] code,
      TransactionOptions options,
      long deadlineNanos,
      BiConsumer<PendingTask, Answer> listener) {
    super(id, client, code, options, deadlineNanos, true);
    this.listener = listener;
  }

  @Override
  public void tell(Answer answer) {
    listener.accept(this, answer);
  }
}
