package io.cofferdam.internal.dispatch;

import io.cofferdam.IsolationLevel;
import io.cofferdam.TransactionOptions;
import io.cofferdam.internal.wire.FrameType;
import io.cofferdam.internal.wire.TaskRequest;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A task from its admission to its answer. It gets exactly one answer: the first one.
 *
 * <p>Thread-safe. Whether it is queued is a matter of the {@link FairQueue}; who runs it, of the
 * {@link Runner} that took it.
 */
public abstract class PendingTask {

  /** Whoever runs a task and can be asked to stop it. */
  @FunctionalInterface
  public interface Runner {
    /** Asks for the task to be stopped, if it is still running; returns at once. */
    void stopRequested(PendingTask task);
  }

  private final UUID id;
  private final ClientQueue client;
  private final byte[] code;
  private final TransactionOptions options;
  private final long deadlineNanos;
  private final OpenTasks openTasks;

  private final AtomicReference<@Nullable Answer> answer = new AtomicReference<>();
  private final AtomicReference<@Nullable StopReason> stopReason = new AtomicReference<>();
  private volatile @Nullable Runner runner;

  PendingTask(
      UUID id,
      ClientQueue client,
      byte[] code,
      TransactionOptions options,
      long deadlineNanos,
      OpenTasks openTasks) {
    this.id = id;
    this.client = client;
    this.code = code;
    this.options = options;
    this.deadlineNanos = deadlineNanos;
    this.openTasks = openTasks;
  }

  public UUID id() {
    return id;
  }

  public ClientQueue client() {
    return client;
  }

  /** Returns what a worker is asked to do. */
  public FrameType type() {
    return FrameType.TASK;
  }

  /** Returns what a worker is told about it. */
  public byte[] payload() {
    return new TaskRequest(
            options.isolation().map(IsolationLevel::jdbcValue).orElse(0),
            options.isReadOnly(),
            ledgerId(),
            "",
            "",
            code)
        .encode();
  }

  /** Returns the id of the running attempt's row in the ledger. */
  public String ledgerId() {
    return id + "/" + attempt();
  }

  /** Returns the number of the running attempt, from 1. */
  public int attempt() {
    return 1;
  }

  /** Tells whether the running attempt is the last one, however it ends. */
  public boolean isLastAttempt() {
    return true;
  }

  public TransactionOptions options() {
    return options;
  }

  /** Returns the deadline on the clock of {@link System#nanoTime}. */
  public long deadlineNanos() {
    return deadlineNanos;
  }

  /** Returns by when a worker that is given the task now must have answered. */
  public long deadlineNanos(long dispatchedNanos) {
    return deadlineNanos;
  }

  /** Names the task in messages: its id, its client and its label. */
  public String describe() {
    return "task "
        + id
        + " of client '"
        + client.name()
        + "'"
        + options.label().map(label -> " (" + label + ")").orElse("");
  }

  /** Tells whether the limits of the queue apply to it. */
  abstract boolean isBounded();

  /** Is called once, by the thread that gave the answer. */
  abstract void onAnswer(Answer answer);

  /**
   * Gives the answer; returns false if there was one already. It is counted before anybody is told,
   * and the task is open until somebody was.
   */
  public final boolean answer(Answer given) {
    if (!answer.compareAndSet(null, given)) {
      return false;
    }
    runner = null;
    openTasks.count(given);
    try {
      onAnswer(given);
    } finally {
      openTasks.answered();
    }
    return true;
  }

  /** Returns the answer, or null if there is none yet. */
  public final @Nullable Answer answer() {
    return answer.get();
  }

  /** Notes who runs the task from now on; it is told of a stop that was requested before. */
  public final void dispatchedTo(Runner taker) {
    runner = taker;
    if (stopReason.get() != null) {
      taker.stopRequested(this);
    }
  }

  /** Asks whoever runs the task to stop it. The first reason wins. */
  public final void requestStop(StopReason reason) {
    stopReason.compareAndSet(null, reason);
    Runner current = runner;
    if (current != null) {
      current.stopRequested(this);
    }
  }

  /** Returns why the task is to be stopped, or null. */
  public final @Nullable StopReason stopReason() {
    return stopReason.get();
  }
}
