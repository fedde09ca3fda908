package io.cofferdam.internal.supervise;

import io.cofferdam.ExecutorSnapshot.WorkerSnapshot;
import io.cofferdam.Outcome;
import io.cofferdam.WorkerStartException;
import io.cofferdam.internal.answer.FailureMessages;
import io.cofferdam.internal.config.ExecutorConfig;
import io.cofferdam.internal.dialect.Dialect;
import io.cofferdam.internal.dialect.registry.Dialects;
import io.cofferdam.internal.log.Log;
import io.cofferdam.internal.process.LaunchAdvice;
import io.cofferdam.internal.process.Launcher;
import io.cofferdam.internal.process.Permits;
import io.cofferdam.internal.process.PrivateDirectory;
import io.cofferdam.internal.process.Spawner;
import io.cofferdam.internal.process.WorkerClassPath;
import io.cofferdam.internal.queue.TaskSource;
import io.cofferdam.internal.settle.Judge;
import io.cofferdam.internal.settle.LedgerQuestions;
import io.cofferdam.internal.settle.Settlements;
import io.cofferdam.internal.stats.Counters;
import io.cofferdam.internal.stats.PoolEvents;
import io.cofferdam.internal.stats.PoolListener;
import io.cofferdam.internal.wire.JvmDefaults;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Keeps the workers of a pool alive: makes what their slots share, starts the slots, and stops
 * them. Thread-safe.
 */
public final class Supervisor {

  private static final Log log = Log.of(Supervisor.class);

  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

  /** How many slots start their first process at a time, beside an application that starts, too. */
  private static final int STARTS = Math.max(1, PROCESSORS / 2);

  /**
   * How many start a later one at a time. Those that start compete with those that work for the
   * processors; fewer than these and a pool under repeated deaths shrinks, because its starts get
   * too small a share.
   */
  private static final int RESTARTS = 2 * PROCESSORS;

  private final ExecutorConfig config;
  private final PrivateDirectory directory;
  private final Spawner spawner;
  private final Launcher launcher;
  private final RestartIntensity intensity;
  private final Settlements settlements;
  private final LedgerQuestions ledger;
  private final Permits permits;
  private final Slots slots;
  private final CompletableFuture<Void> firstStart = new CompletableFuture<>();

  /**
   * Prepares the workers; {@link #start} starts them.
   *
   * @throws IllegalStateException if workers could not find the application's classes, or cannot
   *     have its time zone
   * @throws WorkerStartException if there is no place for their sockets
   */
  public Supervisor(
      ExecutorConfig config,
      TaskSource work,
      Counters counters,
      PoolEvents told,
      Executor callbacks,
      SecureRandom random) {
    this.config = config;
    List<Path> classPath = WorkerClassPath.of(config);
    JvmDefaults defaults = JvmDefaults.current();
    directory = new PrivateDirectory();
    spawner = spawner(config.name());
    permits = new Permits(config.size().workers());
    intensity = new RestartIntensity(permits::count);
    PoolEvents events = told.with(new FirstStart());
    settlements = new Settlements(config, work, events, callbacks);
    ledger = new LedgerQuestions(config.name(), work.queue(), LedgerQuestions.PURGE_MILLIS);
    launcher = launcher(classPath, defaults, random);
    SlotContext context =
        new SlotContext(
            config,
            work,
            new SlotContext.Limits(permits, new Permits(STARTS), new Permits(RESTARTS)),
            launcher,
            new SlotContext.Settling(judge(work.messages()), settlements),
            new SlotContext.Health(
                intensity, new Strength(permits::count, this::workers), counters),
            events);
    slots =
        new Slots(
            permits,
            config.size().warmSpares(),
            (number, mayEnd) -> new Link(context, number, mayEnd));
    try {
      boolean unused = slots.resize(config.size().workers());
    } catch (IOException e) {
      discard();
      throw noSelector(e);
    }
  }

  private Judge judge(FailureMessages messages) {
    Dialect dialect = Dialects.forUrl(config.database().jdbcUrl());
    return new Judge(messages, config.tracking(), dialect.incompleteRollback());
  }

  private static WorkerStartException noSelector(IOException cause) {
    return new WorkerStartException("no selector for a link: " + cause.getMessage(), "", cause);
  }

  private Launcher launcher(List<Path> classPath, JvmDefaults defaults, SecureRandom random) {
    try {
      return new Launcher(config, directory, spawner::spawn, classPath, defaults, random);
    } catch (RuntimeException | Error e) {
      spawner.close();
      removeDirectory();
      throw e;
    }
  }

  private Spawner spawner(String name) {
    try {
      return new Spawner(name);
    } catch (OutOfMemoryError e) {
      removeDirectory();
      throw noThread(e);
    }
  }

  private static WorkerStartException noThread(OutOfMemoryError cause) {
    return new WorkerStartException(
        "the executor cannot start its threads: " + LaunchAdvice.describe(cause), "", cause);
  }

  /**
   * Starts the workers and returns when the first is ready.
   *
   * @throws WorkerStartException if the first one to say so could not start or connect
   */
  public void start() {
    try {
      settlements.open();
      slots.start();
      firstStart.get(2 * config.limits().startup().toMillis(), TimeUnit.MILLISECONDS);
      if (config.tracking().hasLedger()) {
        ledger.open();
      }
    } catch (ExecutionException e) {
      stop();
      throw (WorkerStartException) e.getCause();
    } catch (TimeoutException e) {
      stop();
      throw new WorkerStartException(
          "no worker was ready within the startup timeout of " + config.limits().startup(), "", e);
    } catch (InterruptedException e) {
      stop();
      Thread.currentThread().interrupt();
      throw new WorkerStartException("interrupted while the first worker was starting", "", e);
    } catch (OutOfMemoryError e) {
      stop();
      throw noThread(e);
    }
  }

  /** Gives back what the preparation has taken. To be called if {@link #start} never is. */
  public void discard() {
    slots.discard();
    stop();
  }

  /**
   * Changes how many workers run tasks at a time; the spares come on top. Returns before those that
   * are too many are gone, or those that are missing are ready.
   *
   * @return false if it is too late, because the workers are being stopped
   * @throws WorkerStartException if this machine has not what more workers need; nothing has
   *     changed then
   */
  public boolean resize(int workers) {
    try {
      return slots.resize(workers);
    } catch (IOException e) {
      throw noSelector(e);
    } catch (OutOfMemoryError e) {
      throw noThread(e);
    }
  }

  /** Returns how many workers are to run tasks at a time. */
  public int size() {
    return permits.count();
  }

  /** Asks the running tasks, and those that will still be dispatched, to stop. */
  public void shutDownTasks() {
    slots.shutDownTasks();
  }

  /** Stops the workers, which must be idle or told to stop their tasks, and waits for their end. */
  public void stop() {
    slots.stop();
    launcher.archive().close();
    settlements.close();
    ledger.close();
    spawner.close();
    removeDirectory();
  }

  private void removeDirectory() {
    try {
      directory.remove();
    } catch (IOException e) {
      log.warn("{}: the private directory could not be removed", config.name(), e);
    }
  }

  /**
   * Asks the ledger what became of a task.
   *
   * @return fails with {@link java.util.concurrent.RejectedExecutionException} after the end
   */
  public CompletableFuture<Outcome> outcomeOf(UUID taskId) {
    return ledger.outcomeOf(taskId);
  }

  public List<WorkerSnapshot> workers() {
    return slots.snapshot();
  }

  public boolean isDegraded() {
    return intensity.isDegraded(System.nanoTime());
  }

  /** Learns how the first start ends that ends. */
  private final class FirstStart implements PoolListener {
    @Override
    public void workerConnected() {
      firstStart.complete(null);
    }

    @Override
    public void startFailed(StartFailure failure) {
      firstStart.completeExceptionally(
          new WorkerStartException(
              failure.message()
                  + (failure.lastOutput().isEmpty()
                      ? ""
                      : "; its last output:\n" + failure.lastOutput()),
              failure.lastOutput(),
              failure.cause()));
    }
  }
}
