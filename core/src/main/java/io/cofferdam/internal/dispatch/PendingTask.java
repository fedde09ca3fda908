package io.cofferdam.internal.dispatch;

import io.cofferdam.IsolationLevel;
import io.cofferdam.Outcome;
import io.cofferdam.RetryPolicy;
import io.cofferdam.TransactionOptions;
import io.cofferdam.internal.wire.FrameType;
import io.cofferdam.internal.wire.TaskRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A task from its admission to its answer. It gets exactly one answer: the first one that does not
 * lead to another attempt.
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

  /** How long it takes to end a worker, by far. */
  private static final long KILL_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final UUID id;
  private final ClientQueue client;
  private final byte[] code;
  private final TransactionOptions options;
  private final long createdNanos = System.nanoTime();
  private final long deadlineNanos;
  private final OpenTasks openTasks;
  private final @Nullable String key;
  private final @Nullable RetryPolicy retry;

  /** Until when it is held after a failed attempt; guarded by the lock of the {@link FairQueue}. */
  long heldUntilNanos;

  /** Written by whoever runs the task; the queue's lock hands it on. */
  private int deathsBeforeStart;

  private @Nullable FairQueue queue;
  private volatile List<Answer> earlierFailures = List.of();
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
    key = options.idempotencyKey().orElse(null);
    retry = options.retry().orElse(null);
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

  /**
   * Returns what a worker is told about it.
   *
   * @param graceNanos how long after its deadline its worker lives at most
   */
  public byte[] payload(long graceNanos) {
    return new TaskRequest(
            lifetimeSeconds(graceNanos),
            options.isolation().map(IsolationLevel::jdbcValue).orElse(0),
            options.isReadOnly(),
            ledgerId(),
            options.idempotencyKey().orElse(""),
            options.fingerprint().orElse(""),
            code)
        .encode();
  }

  /** The whole timeout counts, and not what is left of it, so that similar tasks say the same. */
  private int lifetimeSeconds(long graceNanos) {
    long lifetimeNanos = deadlineNanos - createdNanos + graceNanos + KILL_NANOS;
    return (int) TimeUnit.NANOSECONDS.toSeconds(lifetimeNanos + TimeUnit.SECONDS.toNanos(1) - 1);
  }

  /** Returns the id of the current attempt's row in the ledger. */
  public String ledgerId() {
    return id + "/" + attempt();
  }

  public TransactionOptions options() {
    return options;
  }

  /** Returns the key of which the queue lets one task run at a time, or null. */
  public @Nullable String key() {
    return key;
  }

  /** Returns the number of the current attempt, from 1. */
  public int attempt() {
    return earlierFailures.size() + 1;
  }

  /** Tells whether there is no other attempt if the worker dies in this one. */
  public boolean isLastAttempt() {
    return retry == null
        || attempt() >= retry.attempts()
        || !retry.causes().contains(RetryPolicy.Cause.WORKER_CRASH);
  }

  /** Returns how the attempts before the current one have ended, in order. */
  List<Answer> earlierFailures() {
    return earlierFailures;
  }

  /** Returns what is to be said of a task whose current attempt has not begun. */
  Outcome outcomeSoFar() {
    boolean ran =
        earlierFailures.stream().anyMatch(failure -> failure.outcome() != Outcome.NOT_STARTED);
    return ran ? Outcome.ROLLED_BACK : Outcome.NOT_STARTED;
  }

  /** Notes the queue that has admitted the task, before anybody can take it. */
  void admittedBy(FairQueue admitting) {
    queue = admitting;
  }

  /** Returns when its caller gave it, on the clock of {@link System#nanoTime}. */
  public long createdNanos() {
    return createdNanos;
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
   * Ends the current attempt: with another one if the options ask for it, else with the answer.
   * Returns false if there was an answer already.
   */
  public final boolean answer(Answer given) {
    return answer(given, told -> {});
  }

  /**
   * Ends the current attempt, like {@link #answer(Answer)}. An answer is counted, and kept for
   * duplicates, before anybody is told; the task is open until somebody was.
   *
   * @param beforeTold is given the answer if it is going to be told
   */
  public final boolean answer(Answer given, Consumer<Answer> beforeTold) {
    if (isTriedAgain(given)) {
      return true;
    }
    if (!answer.compareAndSet(null, given)) {
      return false;
    }
    runner = null;
    try {
      openTasks.count(given);
      if (key != null && queue != null) {
        queue.keep(this, given);
      }
      beforeTold.accept(given);
    } finally {
      tell(given);
    }
    return true;
  }

  private void tell(Answer given) {
    try {
      onAnswer(given);
    } finally {
      openTasks.answered();
      if (key != null && queue != null) {
        queue.answered(this);
      }
    }
  }

  /** Tells whether there is another attempt, for which the task is back in the queue by now. */
  private boolean isTriedAgain(Answer failed) {
    if (retry == null || queue == null || answer.get() != null || stopReason.get() != null) {
      return false;
    }
    OptionalLong begin = Retry.at(retry, failed, attempt(), deadlineNanos);
    if (begin.isEmpty()) {
      return false;
    }
    runner = null;
    List<Answer> before = earlierFailures;
    if (!queue.hold(this, failed, begin.getAsLong())) {
      return false;
    }
    if (stopReason.get() != null && queue.remove(this)) {
      earlierFailures = before;
      return false;
    }
    return true;
  }

  /** Notes that the current attempt has failed and that there will be another one. */
  void triedAgainAfter(Answer failed) {
    List<Answer> failures = new ArrayList<>(earlierFailures);
    failures.add(failed);
    earlierFailures = List.copyOf(failures);
    openTasks.retried();
  }

  /**
   * Notes that a worker has died which was given the task and had not begun with it; returns how
   * many have. To be called by whoever runs the task.
   */
  public final int endedAnotherWorker() {
    return ++deathsBeforeStart;
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
