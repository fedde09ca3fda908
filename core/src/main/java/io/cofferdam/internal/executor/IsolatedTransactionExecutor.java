package io.cofferdam.internal.executor;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;
import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Ticker;
import io.cofferdam.ExecutorSnapshot;
import io.cofferdam.Outcome;
import io.cofferdam.TaskSerializationException;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionException.Details;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionInterruptedException;
import io.cofferdam.TransactionOptions;
import io.cofferdam.TransactionRejectedException;
import io.cofferdam.TransactionRejectedException.Reason;
import io.cofferdam.TransactionTimeoutException;
import io.cofferdam.internal.answer.AnswerReader;
import io.cofferdam.internal.boot.WorkerProgram;
import io.cofferdam.internal.codec.FailureCodec;
import io.cofferdam.internal.codec.Loaders;
import io.cofferdam.internal.codec.NotEncodableException;
import io.cofferdam.internal.codec.ResultCodec;
import io.cofferdam.internal.codec.TaskEncoder;
import io.cofferdam.internal.config.ExecutorConfig;
import io.cofferdam.internal.dialect.Dialect;
import io.cofferdam.internal.task.Answer;
import io.cofferdam.internal.task.ClientQueue;
import io.cofferdam.internal.task.PendingTask;
import io.cofferdam.internal.task.StopReason;
import io.cofferdam.internal.task.SubmittedTask;
import io.cofferdam.internal.task.WaitingTask;
import io.cofferdam.internal.wire.Frame;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.Serializable;
import java.security.SecureRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The executor: gives tasks their ids and their form, has the pool run them, and reads the answers
 * for their callers. Thread-safe.
 */
public final class IsolatedTransactionExecutor implements TransactionExecutor {

  /** Room for the frame around a task. */
  private static final int MAX_TASK = Frame.MAX_PAYLOAD - 64;

  private static final int MAX_CLIENT_NAME = 200;

  private final ExecutorConfig config;
  private final TaskIds taskIds;
  private final TaskEncoder encoder = new TaskEncoder(MAX_TASK);
  private final AnswerReader answers;
  private final CallbackThreads callbacks;
  private final Pool pool;
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
    callbacks = new CallbackThreads(config.name());
    pool = new Pool(config, failures, ticker, callbacks, random);
    metrics = bindMetrics(registry);
  }

  /** A registry may refuse the meters: one of a name may have other tags there already. */
  private ExecutorMetrics bindMetrics(@Nullable MeterRegistry registry) {
    try {
      return ExecutorMetrics.bind(config.name(), registry, this::snapshot);
    } catch (RuntimeException | Error e) {
      pool.discard();
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
    String worker = WorkerProgram.thisWorker();
    if (worker != null) {
      throw new IllegalStateException(
          "build() was called inside "
              + worker
              + ", which cannot have workers of its own: unless a task calls it, this class is"
              + " initialised here because a task's lambda lives in it; move the executor to"
              + " another class");
    }
    String url = config.database().jdbcUrl();
    Dialect.forUrl(url).connecting().check(url, config.database().properties());
    HostMemory.warnIfShort(config);
    IsolatedTransactionExecutor executor =
        new IsolatedTransactionExecutor(config, registry, ticker);
    try {
      executor.pool.start();
    } catch (RuntimeException | Error e) {
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
    if (pool.isClosed()) {
      throw new TransactionRejectedException(
          "executor '" + config.name() + "' is closed",
          Details.of(Outcome.NOT_STARTED),
          null,
          Reason.EXECUTOR_CLOSED);
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
    WaitingTask task = new WaitingTask(id, client, encode(id, code), options, deadlineOf(options));
    pool.admit(task);
    try {
      return answers.read(task, pool.await(task), Loaders.of(code));
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
            (answered, answer) ->
                callbacks.execute(() -> settle(future, answered, answer, loader)));
    future.onCancel(() -> cancel(future, task, loader));
    pool.admit(task);
    return future;
  }

  /** Closes a client handle: cancels what it has waiting. */
  void close(ClientQueue client) {
    openClients.decrementAndGet();
    pool.close(client);
  }

  @Override
  public Outcome outcomeOf(UUID taskId) {
    requireNonNull(taskId, "taskId is null");
    checkState(
        config.tracking().hasLedger(),
        "outcomes can be read only from a ledger; set outcomeTracking(OutcomeTracking.LEDGER)");
    String question = "the outcome of task " + taskId + " could not be read: ";
    try {
      return pool.outcomeOf(taskId).get(config.limits().timeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new TransactionTimeoutException(
          question
              + "the database did not answer within "
              + config.limits().timeout()
              + "; ask again",
          Details.of(Outcome.UNKNOWN).taskId(taskId),
          pool.lastStartFailure());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransactionInterruptedException(
          question + "the thread was interrupted", Details.of(Outcome.UNKNOWN).taskId(taskId), e);
    } catch (ExecutionException e) {
      throw new TransactionRejectedException(
          question + "executor '" + config.name() + "' is closed",
          Details.of(Outcome.NOT_STARTED).taskId(taskId),
          e,
          Reason.EXECUTOR_CLOSED);
    }
  }

  @Override
  public ExecutorSnapshot snapshot() {
    return pool.snapshot(openClients.get());
  }

  @Override
  public void close() {
    pool.close();
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
          String.valueOf(e.getMessage()), Details.of(Outcome.NOT_STARTED).taskId(id), e);
    }
  }

  private long deadlineOf(TransactionOptions options) {
    return System.nanoTime() + options.timeout().orElse(config.limits().timeout()).toNanos();
  }

  private boolean cancel(TransactionFuture<?> future, PendingTask task, ClassLoader loader) {
    if (!pool.remove(task, StopReason.CANCELLED)) {
      return false;
    }
    future.settleCancelled(
        answers.withEarlierFailures(
            task, pool.messages().cancelledInQueue(task, "its future was cancelled"), loader));
    pool.end(task, pool.messages().stoppedInQueue(task, StopReason.CANCELLED));
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
}
