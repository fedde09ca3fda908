package io.cofferdam.internal.executor;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;
import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Ticker;
import io.cofferdam.ExecutorSnapshot;
import io.cofferdam.Outcome;
import io.cofferdam.TransactionRejectedException.Reason;
import io.cofferdam.WorkerStartException;
import io.cofferdam.internal.answer.FailureMessages;
import io.cofferdam.internal.codec.FailureCodec;
import io.cofferdam.internal.concurrency.AdaptiveConcurrency;
import io.cofferdam.internal.concurrency.ConcurrencyLimit;
import io.cofferdam.internal.concurrency.FixedConcurrency;
import io.cofferdam.internal.config.ExecutorConfig;
import io.cofferdam.internal.config.PoolSize;
import io.cofferdam.internal.queue.Attempts;
import io.cofferdam.internal.queue.FairQueue;
import io.cofferdam.internal.queue.KeptResults;
import io.cofferdam.internal.queue.OpenTasks;
import io.cofferdam.internal.queue.QueueLimits;
import io.cofferdam.internal.queue.TaskSource;
import io.cofferdam.internal.stats.Counters;
import io.cofferdam.internal.stats.PoolEvents;
import io.cofferdam.internal.stats.PoolListener.StartFailure;
import io.cofferdam.internal.supervise.Supervisor;
import io.cofferdam.internal.task.Answer;
import io.cofferdam.internal.task.ClientQueue;
import io.cofferdam.internal.task.PendingTask;
import io.cofferdam.internal.task.StopReason;
import io.cofferdam.internal.task.WaitingTask;
import java.security.SecureRandom;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The workers of one database, and the tasks that wait for them: each task from its admission to
 * its answer, whatever kept it from running. Thread-safe.
 */
final class Pool {

  private static final long INTERRUPT_MARGIN_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ExecutorConfig config;
  private final Counters counters = new Counters();
  private final OpenTasks openTasks = new OpenTasks();
  private final FailureMessages messages;
  private final ConcurrencyLimit concurrency;
  private final FairQueue queue;
  private final Attempts attempts;
  private final Supervisor supervisor;
  private final Thread deadlines;
  private final AtomicReference<PoolState> state = new AtomicReference<>(PoolState.STARTING);

  /**
   * Prepares a pool; {@link #start} starts it.
   *
   * @param failures reads the exceptions of workers
   * @param ticker the clock of what is kept for duplicates
   * @param callbacks runs what depends on resolutions
   */
  Pool(
      ExecutorConfig config,
      FailureCodec failures,
      Ticker ticker,
      Executor callbacks,
      SecureRandom random) {
    this.config = config;
    messages =
        new FailureMessages(failures, () -> snapshot(0).vitalSigns(), this::lastStartFailure);
    PoolEvents events = new PoolEvents(counters);
    KeptResults kept = new KeptResults(ticker);
    PoolSize size = config.size();
    concurrency = limit(size);
    queue =
        new FairQueue(
            new QueueLimits(size.maxQueued(), size.maxQueuedPerClient()),
            kept,
            events,
            concurrency);
    attempts = new Attempts(queue, kept, openTasks, events, messages);
    supervisor =
        new Supervisor(
            config, new TaskSource(queue, attempts, messages), counters, events, callbacks, random);
    deadlines = new Thread(this::endExpired, config.name() + "-deadlines");
    deadlines.setDaemon(true);
  }

  private static ConcurrencyLimit limit(PoolSize size) {
    return switch (size.concurrency()) {
      case ADAPTIVE -> new AdaptiveConcurrency(System.nanoTime(), size.workers());
      case FIXED -> new FixedConcurrency(size.workers());
    };
  }

  /** Starts the workers; returns when the first is ready. A pool that does not start is stopped. */
  void start() {
    try {
      supervisor.start();
      deadlines.start();
      to(PoolState.RUNNING);
    } catch (RuntimeException | Error e) {
      to(PoolState.STOPPED);
      supervisor.stop();
      queue.abandon();
      throw e;
    }
  }

  /** Gives back what the preparation has taken. To be called if {@link #start} never is. */
  void discard() {
    to(PoolState.STOPPED);
    supervisor.discard();
  }

  /** Moves to another state, the only way to do so; another thread may have done it meanwhile. */
  private void to(PoolState next) {
    PoolState before =
        requireNonNull(state.getAndUpdate(now -> now.successors().contains(next) ? next : now));
    boolean isThereOrPast = before == next || before == PoolState.STOPPED;
    checkState(
        isThereOrPast || before.successors().contains(next),
        "the pool cannot go from %s to %s",
        before,
        next);
  }

  /** Returns whether the pool admits no more tasks. */
  boolean isClosed() {
    return requireNonNull(state.get()).isClosed();
  }

  FailureMessages messages() {
    return messages;
  }

  /**
   * Queues a task, or hands it to a worker.
   *
   * @throws io.cofferdam.TransactionRejectedException if it is refused
   */
  void admit(PendingTask task) {
    openTasks.opened();
    Reason refusal = attempts.offer(task);
    if (refusal != null) {
      openTasks.refused();
      throw messages.rejected(refusal, task);
    }
  }

  /** Waits for the answer; an interrupt of the caller stops the task, and stays set. */
  Answer await(WaitingTask task) {
    try {
      return task.await();
    } catch (InterruptedException e) {
      try {
        return awaitAfterInterrupt(task);
      } finally {
        Thread.currentThread().interrupt();
      }
    }
  }

  private Answer awaitAfterInterrupt(WaitingTask task) {
    if (remove(task, StopReason.INTERRUPTED)) {
      end(task, messages.stoppedInQueue(task, StopReason.INTERRUPTED));
    }
    long patience = config.limits().killGrace().toNanos() + INTERRUPT_MARGIN_NANOS;
    Answer answer = task.awaitUninterruptibly(System.nanoTime() + patience);
    if (answer == null) {
      end(
          task,
          queue.remove(task)
              ? messages.stoppedInQueue(task, StopReason.INTERRUPTED)
              : messages.stopped(task, StopReason.INTERRUPTED, Outcome.UNKNOWN, null));
    }
    return requireNonNull(task.answer());
  }

  /**
   * Removes a task that waits, and asks for one that runs to be stopped.
   *
   * @return whether it was removed, so that it never runs and {@link #end} has to be called
   */
  boolean remove(PendingTask task, StopReason reason) {
    if (queue.remove(task)) {
      return true;
    }
    task.requestStop(reason);
    // Its attempt may have ended before the request, and the task be back in the queue, where no
    // request is looked at. Only one thread can take it out.
    return queue.remove(task);
  }

  /** Ends the current attempt of a task that was removed, or that no caller waits for any more. */
  void end(PendingTask task, Answer answer) {
    boolean unused = attempts.end(task, answer);
  }

  /** Closes a client: cancels what it has waiting. */
  void close(ClientQueue client) {
    List<PendingTask> removed;
    do {
      removed = queue.close(client);
      removed.forEach(task -> end(task, messages.cancelled(task, "its client handle was closed")));
    } while (!removed.isEmpty());
  }

  /**
   * Asks the ledger what became of a task.
   *
   * @return fails with {@link java.util.concurrent.RejectedExecutionException} after the end
   */
  CompletableFuture<Outcome> outcomeOf(UUID taskId) {
    return supervisor.outcomeOf(taskId);
  }

  /** Returns why no worker could start or connect lately, or null. */
  @Nullable Throwable lastStartFailure() {
    StartFailure failure = counters.lastStartFailure();
    return failure == null
        ? null
        : new WorkerStartException(failure.message(), failure.lastOutput(), failure.cause());
  }

  /**
   * Returns what the pool looks like now.
   *
   * @param clients how many client handles there are
   */
  ExecutorSnapshot snapshot(int clients) {
    StartFailure failure = counters.lastStartFailure();
    return ExecutorSnapshot.builder(config.name())
        .configuredWorkers(supervisor.size())
        .concurrency(concurrency.chosen(), concurrency.reason())
        .clients(clients)
        .queued(queue.size())
        .workers(supervisor.workers())
        .dispatched(counters.dispatched())
        .committed(counters.committed())
        .failed(counters.failed())
        .retries(counters.retries())
        .callersTouched(counters.crashesTold())
        .crashes(counters.crashes())
        .respawns(counters.respawns())
        .degraded(supervisor.isDegraded())
        .lastStartFailure(failure == null ? null : failure.message())
        .build();
  }

  /**
   * Changes how many workers run tasks at a time, while tasks go on. A worker that is too many
   * finishes its task first. Returns before those that are too many are gone, or those that are
   * missing are ready: see {@link #snapshot}.
   *
   * @throws IllegalStateException if the pool is not running
   * @throws WorkerStartException if this machine has not what more workers need; nothing has
   *     changed then
   */
  void resize(int workers) {
    checkArgument(
        workers >= 1 && workers <= PoolSize.MOST_WORKERS,
        "%s workers were asked for; from 1 to %s are possible",
        workers,
        PoolSize.MOST_WORKERS);
    boolean resized = state.get() == PoolState.RUNNING && supervisor.resize(workers);
    checkState(
        resized,
        "executor '%s' is not running, so it cannot have %s workers",
        config.name(),
        workers);
    queue.resize(workers);
  }

  /** Refuses further tasks, waits for those that were admitted, stops what is left, and ends. */
  void close() {
    // Several threads may close it, and each returns when all is over: it does what is left.
    if (!isClosed()) {
      to(PoolState.DRAINING);
    }
    queue.close();
    openTasks.close();
    boolean drained = openTasks.awaitNone(config.limits().shutdown());
    queue.abandon().forEach(task -> end(task, messages.stoppedInQueue(task, StopReason.SHUTDOWN)));
    if (!drained) {
      supervisor.shutDownTasks();
      openTasks.awaitNone(config.limits().killGrace().plusSeconds(2));
    }
    supervisor.stop();
    to(PoolState.STOPPED);
  }

  private void endExpired() {
    try {
      List<PendingTask> expired = queue.awaitExpired();
      while (!expired.isEmpty()) {
        expired.forEach(task -> end(task, messages.stoppedInQueue(task, StopReason.DEADLINE)));
        expired = queue.awaitExpired();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("the deadlines thread is never interrupted", e);
    }
  }
}
