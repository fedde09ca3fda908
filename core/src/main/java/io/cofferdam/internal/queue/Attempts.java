package io.cofferdam.internal.queue;

import io.cofferdam.Outcome;
import io.cofferdam.RetryPolicy;
import io.cofferdam.TransactionRejectedException.Reason;
import io.cofferdam.internal.answer.FailureMessages;
import io.cofferdam.internal.stats.PoolEvents;
import io.cofferdam.internal.task.Answer;
import io.cofferdam.internal.task.PendingTask;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where each attempt at a task ends: with another attempt if the options ask for it, else with the
 * answer of the task, which is counted, kept for duplicates, and told. Thread-safe.
 */
public final class Attempts {

  private final FairQueue queue;
  private final KeptResults kept;
  private final OpenTasks openTasks;
  private final PoolEvents events;
  private final FailureMessages messages;

  public Attempts(
      FairQueue queue,
      KeptResults kept,
      OpenTasks openTasks,
      PoolEvents events,
      FailureMessages messages) {
    this.queue = queue;
    this.kept = kept;
    this.openTasks = openTasks;
    this.events = events;
    this.messages = messages;
  }

  /** {@return the messages in which callers are told what happened} */
  public FailureMessages messages() {
    return messages;
  }

  /**
   * Offers a task to the queue; one whose key was committed a moment ago has its answer at once.
   *
   * @return null, or why the task was refused
   */
  public @Nullable Reason offer(PendingTask task) {
    Admission admission = queue.offer(task);
    if (admission instanceof Admission.Refused refused) {
      return refused.reason();
    }
    if (admission instanceof Admission.Duplicate duplicate) {
      answer(duplicate);
    }
    return null;
  }

  /** Ends the current attempt of a task. Returns false if the task had its answer already. */
  public boolean end(PendingTask task, Answer given) {
    return end(task, given, told -> {});
  }

  /**
   * Ends the current attempt of a task, like {@link #end(PendingTask, Answer)}. An answer is
   * counted, and kept for duplicates, before anybody is told; the task is open until its caller
   * was.
   *
   * @param beforeTold is given the answer if it is going to be told
   */
  public boolean end(PendingTask task, Answer given, Consumer<Answer> beforeTold) {
    RetryPolicy retry = task.retry();
    boolean hasKey = task.key() != null;
    if (retry != null && isTriedAgain(task, retry, given)) {
      return true;
    }
    if (!task.settle(given)) {
      return false;
    }
    try {
      // The result is kept before the tasks behind the key are let go, which look for it then; and
      // all is counted before the caller is told, who may take a snapshot at once.
      Outcome outcome = given.outcome();
      events.tell(listener -> listener.taskAnswered(outcome));
      if (hasKey) {
        kept.keep(task, given);
      }
      beforeTold.accept(given);
    } finally {
      tell(task, given, hasKey);
    }
    return true;
  }

  private void tell(PendingTask task, Answer given, boolean hasKey) {
    try {
      task.tell(given);
    } finally {
      openTasks.answered();
      if (hasKey) {
        queue.answered(task).forEach(this::answer);
      }
    }
  }

  private void answer(Admission.Duplicate duplicate) {
    PendingTask task = duplicate.task();
    byte[] result = duplicate.result();
    boolean unused =
        end(task, result == null ? messages.keyReused(task) : new Answer.Stored(result));
  }

  /** Returns whether there is another attempt, for which the task is back in the queue by now. */
  private boolean isTriedAgain(PendingTask task, RetryPolicy retry, Answer failed) {
    if (task.answer() != null || task.stopReason() != null) {
      return false;
    }
    OptionalLong begin = Retry.at(retry, failed, task.attempt(), task.deadlineNanos());
    if (begin.isEmpty()) {
      return false;
    }
    // The runner leaves before the task is in the queue, where another one may take it at once.
    task.leaveRunner();
    List<Answer> before = task.earlierFailures();
    if (!queue.hold(task, failed, begin.getAsLong())) {
      return false;
    }
    // A stop that was requested since the look above found no runner to tell. It is looked for
    // again now that the task is in the queue, from where only one thread can take it.
    if (task.stopReason() != null && queue.remove(task)) {
      task.earlierFailures(before);
      return false;
    }
    return true;
  }
}
