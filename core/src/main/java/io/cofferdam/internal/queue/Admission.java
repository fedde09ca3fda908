package io.cofferdam.internal.queue;

import io.cofferdam.TransactionRejectedException.Reason;
import io.cofferdam.internal.task.PendingTask;
import org.jspecify.annotations.Nullable;

/** What the {@link FairQueue} did with a task that was offered to it. */
sealed interface Admission {

  /** The task waits, or is on its way to a taker. */
  record Admitted() implements Admission {}

  /** The task was refused. */
  record Refused(Reason reason) implements Admission {}

  /**
   * The key of the task was committed a moment ago, so it needs no worker.
   *
   * @param result the encoded result of that commit; null if its fingerprint was another one
   */
  record Duplicate(PendingTask task, byte @Nullable [] result) implements Admission {}
}
