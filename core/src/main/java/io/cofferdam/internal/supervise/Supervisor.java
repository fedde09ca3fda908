package io.cofferdam.internal.supervise;

import io.cofferdam.ExecutorSnapshot.WorkerSnapshot;
import io.cofferdam.Outcome;
import io.cofferdam.WorkerStartException;
import io.cofferdam.internal.config.ExecutorConfig;
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
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Keeps the workers of an executor alive: as many links as workers and warm spares, and what they
 * share. Thread-safe.
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
  private final List<Link> links = new ArrayList<>();
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
    intensity = new RestartIntensity(config.size().workers());
    PoolEvents events = told.with(new FirstStart());
    settlements = new Settlements(config, work, events, callbacks);
    ledger = new LedgerQuestions(config.name(), work.queue(), LedgerQuestions.PURGE_MILLIS);
    launcher = launcher(classPath, defaults, random);
    SlotContext context =
        new SlotContext(
            config,
            work,
            new SlotContext.Limits(
                new Permits(config.size().workers()),
                new Permits(STARTS),
                new Permits(RESTARTS),
                new AtomicBoolean()),
            launcher,
            new SlotContext.Settling(new Judge(work.messages(), config.tracking()), settlements),
            new SlotContext.Health(
                intensity, new Strength(config.size().workers(), this::workers), counters),
            events);
    try {
      for (int index = 1; index <= config.size().processes(); index++) {
        links.add(new Link(context, index));
      }
    } catch (IOException e) {
      discard();
      throw new WorkerStartException("no selector for a link: " + e.getMessage(), "", e);
    }
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
      links.forEach(Link::start);
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
    links.forEach(Link::discard);
    stop();
  }

  /** Asks the running tasks, and those that will still be dispatched, to stop. */
  public void shutDownTasks() {
    links.forEach(Link::shutDownTasks);
  }

  /** Stops the workers, which must be idle or told to stop their tasks, and waits for their end. */
  public void stop() {
    links.forEach(Link::stop);
    boolean interrupted = false;
    for (Link link : links) {
      while (true) {
        try {
          link.join();
          break;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    launcher.archive().close();
    settlements.close();
    ledger.close();
    spawner.close();
    removeDirectory();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
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
    return links.stream().map(Link::snapshot).toList();
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
