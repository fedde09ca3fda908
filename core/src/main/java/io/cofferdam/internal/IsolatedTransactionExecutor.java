package io.cofferdam.internal;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;
import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Ticker;
import io.cofferdam.ExecutorSnapshot;
import io.cofferdam.Outcome;
import io.cofferdam.TaskSerializationException;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionInterruptedException;
import io.cofferdam.TransactionOptions;
import io.cofferdam.TransactionRejectedException;
import io.cofferdam.TransactionRejectedException.Reason;
import io.cofferdam.TransactionTimeoutException;
import io.cofferdam.WorkerStartException;
import io.cofferdam.internal.codec.FailureCodec;
import io.cofferdam.internal.codec.Loaders;
import io.cofferdam.internal.codec.NotEncodableException;
import io.cofferdam.internal.codec.ResultCodec;
import io.cofferdam.internal.codec.TaskEncoder;
import io.cofferdam.internal.config.ExecutorConfig;
import io.cofferdam.internal.dialect.Dialect;
import io.cofferdam.internal.dispatch.Answer;
import io.cofferdam.internal.dispatch.AnswerReader;
import io.cofferdam.internal.dispatch.ClientQueue;
import io.cofferdam.internal.dispatch.FairQueue;
import io.cofferdam.internal.dispatch.KeptResults;
import io.cofferdam.internal.dispatch.OpenTasks;
import io.cofferdam.internal.dispatch.PendingTask;
import io.cofferdam.internal.dispatch.Reports;
import io.cofferdam.internal.dispatch.StopReason;
import io.cofferdam.internal.dispatch.SubmittedTask;
import io.cofferdam.internal.dispatch.WaitingTask;
import io.cofferdam.internal.supervise.Supervisor;
import io.cofferdam.internal.supervise.Tally;
import io.cofferdam.internal.wire.Frame;
import io.cofferdam.internal.worker.WorkerMain;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.Serializable;
import java.security.SecureRandom;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The executor: admits tasks to the queue, from where the supervisor's links take them, and hands
 * the answers to whoever waits. Thread-safe.
 */
public final class IsolatedTransactionExecutor implements TransactionExecutor {

  /** Room for the frame around a task. */
  private static final int MAX_TASK = Frame.MAX_PAYLOAD - 64;

  private static final int MAX_CLIENT_NAME = 200;
  private static final long INTERRUPT_MARGIN_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ExecutorConfig config;
  private final TaskIds taskIds;
  private final TaskEncoder encoder = new TaskEncoder(MAX_TASK);
  private final AnswerReader answers;
  private final Reports reports;
  private final FairQueue queue;
  private final Tally tally = new Tally();
  private final Supervisor supervisor;
  private final OpenTasks openTasks = new OpenTasks();
  private final CallbackThreads callbacks;
  private final Thread deadlines;
  private final AtomicInteger openClients = new AtomicInteger();
  private final ExecutorMetrics metrics;

  private IsolatedTransactionExecutor(
      ExecutorConfig config, @Nullable MeterRegistry registry, Ticker ticker) {
    this.config = config;
    SecureRandom random = new SecureRandom();
    taskIds = new TaskIds(System.currentTimeMillis(), random);
    FailureCodec failures = new FailureCodec(config.rules().resultTypes(), Frame.MAX_PAYLOAD / 2);
    answers =
        new AnswerReader(
            new ResultCodec(config.rules().resultTypes(), Frame.MAX_PAYLOAD), failures);
    reports = new Reports(failures, () -> snapshot().vitalSigns(), this::lastStartFailure);
    KeptResults kept = new KeptResults(reports, ticker);
    queue = new FairQueue(config.size().maxQueued(), config.size().maxQueuedPerClient(), kept);
    callbacks = new CallbackThreads(config.name());
    supervisor = new Supervisor(config, queue, reports, tally, callbacks, random);
    deadlines = new Thread(this::answerExpired, config.name() + "-deadlines");
    deadlines.setDaemon(true);
    metrics = bindMetrics(registry);
  }

  /** A registry may refuse the meters: one of a name may have other tags there already. */
  private ExecutorMetrics bindMetrics(@Nullable MeterRegistry registry) {
    try {
      return ExecutorMetrics.bind(config.name(), registry, this::snapshot);
    } catch (RuntimeException | Error e) {
      supervisor.discard();
      callbacks.shutdown();
      throw e;
    }
  }

  /**
   * Starts an executor; returns when its first worker is ready.
   *
   * @param registry where its meters are registered, or null for no meters
   * @param ticker the clock of what is kept for duplicates
   */
  public static TransactionExecutor start(
      ExecutorConfig config, @Nullable MeterRegistry registry, Ticker ticker) {
    String worker = System.getProperty(WorkerMain.WORKER_PROPERTY);
    if (worker != null) {
      throw new IllegalStateException(
          "build() was called inside "
              + worker
              + ", which cannot have workers of its own: unless a task calls it, this class is initialised here because a task's lambda lives in it; move the"
              + " executor to another class");
    }
    String url = config.database().jdbcUrl();
    Dialect.forUrl(url).checkConnectable(url, config.database().properties());
    HostMemory.warnIfShort(config);
    IsolatedTransactionExecutor executor =
        new IsolatedTransactionExecutor(config, registry, ticker);
    try {
      executor.supervisor.start();
      executor.deadlines.start();
    } catch (RuntimeException | Error e) {
      executor.supervisor.stop();
      executor.queue.abandon();
      executor.callbacks.shutdown();
      executor.metrics.close();
      throw e;
    }
    return executor;
  }

  @Override
  public TransactionClient client(String name) {
    requireNonNull(name, "name is null");
    checkArgument(
        name.length() <= MAX_CLIENT_NAME,
        "the client name has %s characters; at most %s are allowed",
        name.length(),
        MAX_CLIENT_NAME);
    int control = firstControl(name);
    checkArgument(
        control == name.length(),
        "the client name has a control character, such as a line break, at index %s",
        control);
    if (openTasks.isClosed()) {
      throw new TransactionRejectedException(
          "executor '" + config.name() + "' is closed", Reason.EXECUTOR_CLOSED, null, null);
    }
    openClients.incrementAndGet();
    return new IsolatedTransactionClient(this, name);
  }

  private static int firstControl(String name) {
    int index = 0;
    while (index < name.length() && !isControl(name.charAt(index))) {
      index++;
    }
    return index;
  }

  private static boolean isControl(char c) {
    int type = Character.getType(c);
    byte direction = Character.getDirectionality(c);
    return type == Character.CONTROL
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR
        || (direction >= Character.DIRECTIONALITY_LEFT_TO_RIGHT_EMBEDDING
            && direction <= Character.DIRECTIONALITY_POP_DIRECTIONAL_ISOLATE);
  }

  /** Runs a task or action and waits for its answer. */
  <X extends Exception> @Nullable Object execute(
      ClientQueue client, TransactionOptions options, Serializable code) throws X {
    checkKey(options);
    UUID id = taskIds.next();
    WaitingTask task =
        new WaitingTask(id, client, encode(id, code), options, deadlineOf(options), openTasks);
    admit(task);
    try {
      return answers.read(task, await(task), Loaders.of(code));
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable failure) {
      @SuppressWarnings("unchecked")
      X own = (X) failure;
      throw own;
    }
  }

  /** Queues a task. */
  <R extends @Nullable Object> CompletableFuture<R> submit(
      ClientQueue client, TransactionOptions options, Serializable code) {
    checkKey(options);
    UUID id = taskIds.next();
    ClassLoader loader = Loaders.of(code);
    TransactionFuture<R> future = new TransactionFuture<>();
    SubmittedTask task =
        new SubmittedTask(
            id,
            client,
            encode(id, code),
            options,
            deadlineOf(options),
            openTasks,
            (answered, answer) ->
                callbacks.execute(() -> settle(future, answered, answer, loader)));
    future.onCancel(() -> cancel(future, task, loader));
    admit(task);
    return future;
  }

  /** Closes a client handle: cancels what it has waiting. */
  void close(ClientQueue client) {
    openClients.decrementAndGet();
    List<PendingTask> removed;
    while (!(removed = queue.close(client)).isEmpty()) {
      removed.forEach(task -> task.answer(reports.cancelled(task, "its client handle was closed")));
    }
  }

  @Override
  public Outcome outcomeOf(UUID taskId) {
    requireNonNull(taskId, "taskId is null");
    checkState(
        config.tracking().hasLedger(),
        "outcomes can be read only from a ledger; set outcomeTracking(OutcomeTracking.LEDGER)");
    String question = "the outcome of task " + taskId + " could not be read: ";
    try {
      return supervisor
          .outcomeOf(taskId)
          .get(config.limits().timeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new TransactionTimeoutException(
          question
              + "the database did not answer within "
              + config.limits().timeout()
              + "; ask again",
          Outcome.UNKNOWN,
          taskId,
          lastStartFailure());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransactionInterruptedException(
          question + "the thread was interrupted", Outcome.UNKNOWN, taskId, e);
    } catch (ExecutionException e) {
      throw new TransactionRejectedException(
          question + "executor '" + config.name() + "' is closed",
          Reason.EXECUTOR_CLOSED,
          taskId,
          e);
    }
  }

  @Override
  public ExecutorSnapshot snapshot() {
    Tally.StartFailure failure = tally.lastStartFailure();
    return new ExecutorSnapshot(
        config.name(),
        config.size().workers(),
        openClients.get(),
        queue.size(),
        supervisor.workers(),
        tally.dispatched(),
        openTasks.committed(),
        openTasks.failed(),
        openTasks.retries(),
        tally.callersTouched(),
        tally.crashes(),
        tally.respawns(),
        supervisor.isDegraded(),
        failure == null ? null : failure.message());
  }

  @Override
  public void close() {
    queue.close();
    openTasks.close();
    boolean drained = openTasks.awaitNone(config.limits().shutdown());
    queue.abandon().forEach(task -> task.answer(reports.stoppedInQueue(task, StopReason.SHUTDOWN)));
    if (!drained) {
      supervisor.shutDownTasks();
      openTasks.awaitNone(config.limits().killGrace().plusSeconds(2));
    }
    supervisor.stop();
    callbacks.shutdown();
    metrics.close();
  }

  @Override
  public String toString() {
    return "TransactionExecutor[" + config.name() + "]";
  }

  private void checkKey(TransactionOptions options) {
    checkArgument(
        options.idempotencyKey().isEmpty() || config.tracking().hasLedger(),
        "idempotencyKey is set, and executor '%s' keeps no ledger to find it in; set"
            + " outcomeTracking(OutcomeTracking.LEDGER)",
        config.name());
  }

  private byte[] encode(UUID id, Serializable code) {
    try {
      return encoder.encode(code);
    } catch (NotEncodableException e) {
      throw new TaskSerializationException(
          String.valueOf(e.getMessage()), Outcome.NOT_STARTED, id, e);
    }
  }

  private long deadlineOf(TransactionOptions options) {
    return System.nanoTime() + options.timeout().orElse(config.limits().timeout()).toNanos();
  }

  private void admit(PendingTask task) {
    openTasks.opened();
    Reason refusal = queue.offer(task);
    if (refusal != null) {
      openTasks.refused();
      throw reports.rejected(refusal, task);
    }
  }

  private Answer await(WaitingTask task) {
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
    if (!removeFromQueue(task, StopReason.INTERRUPTED)) {
      task.requestStop(StopReason.INTERRUPTED);
      removeFromQueue(task, StopReason.INTERRUPTED);
    }
    long patience = config.limits().killGrace().toNanos() + INTERRUPT_MARGIN_NANOS;
    Answer answer = task.awaitUninterruptibly(System.nanoTime() + patience);
    if (answer != null) {
      return answer;
    }
    if (!removeFromQueue(task, StopReason.INTERRUPTED)) {
      task.answer(reports.stopped(task, StopReason.INTERRUPTED, Outcome.UNKNOWN, null));
    }
    return requireNonNull(task.answer());
  }

  private boolean removeFromQueue(PendingTask task, StopReason reason) {
    return queue.remove(task) && task.answer(reports.stoppedInQueue(task, reason));
  }

  private boolean cancel(TransactionFuture<?> future, PendingTask task, ClassLoader loader) {
    if (!queue.remove(task)) {
      task.requestStop(StopReason.CANCELLED);
      if (!queue.remove(task)) {
        return false;
      }
    }
    future.settleCancelled(
        answers.withEarlierFailures(
            task, reports.cancelledInQueue(task, "its future was cancelled"), loader));
    task.answer(reports.stoppedInQueue(task, StopReason.CANCELLED));
    return true;
  }

  private <R extends @Nullable Object> void settle(
      TransactionFuture<R> future, PendingTask task, Answer answer, ClassLoader loader) {
    try {
      future.settle(Results.cast(answers.read(task, answer, loader)));
    } catch (Throwable failure) {
      future.settleExceptionally(failure);
    }
  }

  private void answerExpired() {
    try {
      List<PendingTask> expired;
      while (!(expired = queue.awaitExpired()).isEmpty()) {
        for (PendingTask task : expired) {
          task.answer(reports.stoppedInQueue(task, StopReason.DEADLINE));
        }
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the deadlines thread", e);
    }
  }

  private @Nullable Throwable lastStartFailure() {
    Tally.StartFailure failure = tally.lastStartFailure();
    if (failure == null) {
      return null;
    }
    return new WorkerStartException(failure.message(), failure.lastOutput(), failure.cause());
  }
}
