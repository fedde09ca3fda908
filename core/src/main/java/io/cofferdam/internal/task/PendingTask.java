package io.cofferdam.internal.task;

import io.cofferdam.IsolationLevel;
import io.cofferdam.Outcome;
import io.cofferdam.RetryPolicy;
import io.cofferdam.TransactionOptions;
import io.cofferdam.internal.queue.Attempts;
import io.cofferdam.internal.queue.FairQueue;
import io.cofferdam.internal.wire.FrameType;
import io.cofferdam.internal.wire.TaskRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A task from its admission to its answer. It gets exactly one answer: the first one that does not
 * lead to another attempt, see {@link Attempts}.
 *
 * <p>Thread-safe. Whether it is queued is a matter of the {@link FairQueue}; who runs it, of the
 * {@link Runner} that took it.
 */
public abstract non-sealed class PendingTask implements Work {

  /** What runs a task and can be asked to stop it. */
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
  private final boolean bounded;
  private final int isolation;
  private final boolean readOnly;
  private final @Nullable String key;
  private final String fingerprint;
  private final @Nullable RetryPolicy retry;

  /** Until when it is held after a failed attempt; guarded by the lock of the {@link FairQueue}. */
  public long heldUntilNanos;

  /** Written by the link thread that runs the task; the queue's lock hands it on. */
  private int deathsBeforeStart;

  private volatile List<Answer> earlierFailures = List.of();
  private final AtomicReference<@Nullable Answer> answer = new AtomicReference<>();
  private final AtomicReference<@Nullable StopReason> stopReason = new AtomicReference<>();
  private volatile @Nullable Runner runner;

  /**
   * @param bounded whether the limits of the queue apply to it
   */
  PendingTask(
      UUID id,
      ClientQueue client,
      byte[] code,
      TransactionOptions options,
      long deadlineNanos,
      boolean bounded) {
    this.id = id;
    this.client = client;
    this.code = code;
    this.options = options;
    this.deadlineNanos = deadlineNanos;
    this.bounded = bounded;
    isolation = options.isolation().map(IsolationLevel::jdbcValue).orElse(0);
    readOnly = options.isReadOnly();
    key = options.idempotencyKey().orElse(null);
    fingerprint = options.fingerprint().orElse("");
    retry = options.retry().orElse(null);
  }

  @Override
  public UUID id() {
    return id;
  }

  public ClientQueue client() {
    return client;
  }

  @Override
  public FrameType type() {
    return FrameType.TASK;
  }

  @Override
  public byte[] payload(long graceNanos) {
    return new TaskRequest(
            lifetimeSeconds(graceNanos),
            isolation,
            readOnly,
            ledgerId(),
            key == null ? "" : key,
            fingerprint,
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

  /** Returns whether there is no other attempt if the worker dies in this one. */
  public boolean isLastAttempt() {
    return retry == null
        || attempt() >= retry.attempts()
        || !retry.causes().contains(RetryPolicy.Cause.WORKER_CRASH);
  }

  /** Returns how the attempts before the current one have ended, in order. */
  public List<Answer> earlierFailures() {
    return earlierFailures;
  }

  /** Returns what is to be said of a task whose current attempt has not begun. */
  public Outcome outcomeSoFar() {
    boolean ran =
        earlierFailures.stream().anyMatch(failure -> failure.outcome() != Outcome.NOT_STARTED);
    return ran ? Outcome.ROLLED_BACK : Outcome.NOT_STARTED;
  }

  /** Returns when its caller gave it, on the clock of {@link System#nanoTime}. */
  public long createdNanos() {
    return createdNanos;
  }

  /** Returns the deadline on the clock of {@link System#nanoTime}. */
  public long deadlineNanos() {
    return deadlineNanos;
  }

  @Override
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

  /** Returns whether the limits of the queue apply to it. */
  public boolean isBounded() {
    return bounded;
  }

  /** Tells the answer to the caller; once, by the thread that gave it. */
  public abstract void tell(Answer answer);

  /** Returns the policy by which it is tried again, or null. */
  public @Nullable RetryPolicy retry() {
    return retry;
  }

  /** Gives it its answer, which is still to be told; false if it had one. */
  public boolean settle(Answer given) {
    if (!answer.compareAndSet(null, given)) {
      return false;
    }
    runner = null;
    return true;
  }

  /** Notes that the runner has nothing more to do with it. */
  public void leaveRunner() {
    runner = null;
  }

  /** Forgets attempts: the one that was planned after them does not take place. */
  public void earlierFailures(List<Answer> failures) {
    earlierFailures = failures;
  }

  /** Notes that the current attempt has failed and that there will be another one. */
  public void triedAgainAfter(Answer failed) {
    List<Answer> failures = new ArrayList<>(earlierFailures);
    failures.add(failed);
    earlierFailures = List.copyOf(failures);
  }

  /**
   * Notes that a worker has died which was given the task and had not begun with it; returns how
   * many have. To be called by the link thread that runs the task.
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
    // A stop may be requested meanwhile. This sets the runner before it reads the reason, and the
    // other thread sets the reason before it reads the runner: one of the two tells the runner.
    runner = taker;
    if (stopReason.get() != null) {
      taker.stopRequested(this);
    }
  }

  /** Asks for the task to be stopped, if it runs. The first reason wins. */
  public final void requestStop(StopReason reason) {
    stopReason.compareAndSet(null, reason);
    Runner current = runner;
    if (current != null) {
      current.stopRequested(this);
    }
  }

  @Override
  public final @Nullable StopReason stopReason() {
    return stopReason.get();
  }
}
