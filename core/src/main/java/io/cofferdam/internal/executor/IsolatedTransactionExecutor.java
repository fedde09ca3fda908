package io.cofferdam.internal.executor;

import com.github.benmanes.caffeine.cache.Ticker;
import io.cofferdam.ExecutorSnapshot;
import io.cofferdam.Outcome;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionException.Details;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionRejectedException;
import io.cofferdam.TransactionRejectedException.Reason;
import io.cofferdam.internal.answer.AnswerReader;
import io.cofferdam.internal.boot.WorkerProgram;
import io.cofferdam.internal.codec.FailureCodec;
import io.cofferdam.internal.codec.ResultCodec;
import io.cofferdam.internal.config.ExecutorConfig;
import io.cofferdam.internal.dialect.registry.Dialects;
import io.cofferdam.internal.task.ClientQueue;
import io.cofferdam.internal.wire.Frame;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The executor: a pool of workers, the clients that give it tasks, and what shows how it is doing.
 * Thread-safe.
 */
public final class IsolatedTransactionExecutor implements TransactionExecutor {

  private final ExecutorConfig config;
  private final CallbackThreads callbacks;
  private final Pool pool;
  private final ClientCalls calls;
  private final AtomicInteger openClients = new AtomicInteger();
  private final ExecutorMetrics metrics;

  private IsolatedTransactionExecutor(
      ExecutorConfig config, @Nullable MeterRegistry registry, Ticker ticker) {
    this.config = config;
    SecureRandom random = new SecureRandom();
    TaskIds taskIds = new TaskIds(System.currentTimeMillis(), random);
    FailureCodec failures = new FailureCodec(config.rules().resultTypes(), Frame.MAX_PAYLOAD / 2);
    AnswerReader answers =
        new AnswerReader(
            new ResultCodec(config.rules().resultTypes(), Frame.MAX_PAYLOAD), failures);
    callbacks = new CallbackThreads(config.name());
    pool = new Pool(config, failures, ticker, callbacks, random);
    calls = new ClientCalls(config, taskIds, pool, answers, callbacks);
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
    Dialects.forUrl(url).connecting().check(url, config.database().properties());
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
    String checked = ClientNames.checked(name);
    if (pool.isClosed()) {
      throw new TransactionRejectedException(
          "executor '" + config.name() + "' is closed",
          Details.of(Outcome.NOT_STARTED),
          null,
          Reason.EXECUTOR_CLOSED);
    }
    openClients.incrementAndGet();
    return new IsolatedTransactionClient(calls, checked, this::close);
  }

  /** Closes a client handle: cancels what it has waiting. */
  private void close(ClientQueue client) {
    openClients.decrementAndGet();
    pool.close(client);
  }

  @Override
  public Outcome outcomeOf(UUID taskId) {
    return new LedgerLookup(config, pool).outcomeOf(taskId);
  }

  /** Returns the workers of its database, and what waits for them. */
  Pool pool() {
    return pool;
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
}
