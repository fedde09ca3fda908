package io.cofferdam;

import static java.util.Objects.requireNonNull;

import com.google.common.base.MoreObjects;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An immutable picture of an executor at one moment. The counts of workers are derived from the
 * list, so they agree with each other.
 *
 * <p>{@link TransactionExecutor#snapshot} takes snapshots. A test of code that reads them makes its
 * own with {@link #builder}.
 */
public final class ExecutorSnapshot {

  private final String name;
  private final int configuredWorkers;
  private final int concurrency;
  private final ConcurrencyReason concurrencyReason;
  private final int clients;
  private final int queued;
  private final List<WorkerSnapshot> workers;
  private final long dispatched;
  private final long committed;
  private final long failed;
  private final long retries;
  private final long callersTouched;
  private final long crashes;
  private final long respawns;
  private final boolean degraded;
  private final @Nullable String lastStartFailure;

  ExecutorSnapshot(ExecutorSnapshotBuilder from) {
    name = from.name;
    configuredWorkers = from.configuredWorkers;
    concurrency = from.concurrency;
    concurrencyReason = from.concurrencyReason;
    clients = from.clients;
    queued = from.queued;
    workers = from.workers;
    dispatched = from.dispatched;
    committed = from.committed;
    failed = from.failed;
    retries = from.retries;
    callersTouched = from.callersTouched;
    crashes = from.crashes;
    respawns = from.respawns;
    degraded = from.degraded;
    lastStartFailure = from.lastStartFailure;
  }

  /**
   * Returns a builder of snapshots, with every count at 0 and no workers.
   *
   * @param name the executor's name
   */
  public static ExecutorSnapshotBuilder builder(String name) {
    return new ExecutorSnapshotBuilder(name);
  }

  /** {@return the executor's name} */
  public String name() {
    return name;
  }

  /** {@return how many workers may run tasks at a time} */
  public int configuredWorkers() {
    return configuredWorkers;
  }

  /**
   * Returns how many tasks are given to workers at a time; as many as workers unless {@link
   * Concurrency#ADAPTIVE} has found that fewer are enough. A task that runs for much longer than
   * others does not count.
   */
  public int concurrency() {
    return concurrency;
  }

  /** {@return why it is this number} */
  public ConcurrencyReason concurrencyReason() {
    return concurrencyReason;
  }

  /** {@return how many client handles are open} */
  public int clients() {
    return clients;
  }

  /**
   * {@return how many tasks wait: for a worker, for the end of a backoff, or for another task with
   * their key}
   */
  public int queued() {
    return queued;
  }

  /** {@return every worker slot, warm spares included; unmodifiable} */
  public List<WorkerSnapshot> workers() {
    return workers;
  }

  /** {@return how many workers run a task} */
  public int busy() {
    return count(WorkerState.BUSY) + count(WorkerState.CANCELLING);
  }

  /** {@return how many workers are ready for a task, spares included} */
  public int ready() {
    return count(WorkerState.READY);
  }

  /** {@return how many workers are being started or are connecting} */
  public int starting() {
    return count(WorkerState.STARTING);
  }

  /** {@return tasks handed to a worker since the start, repeated dispatches included} */
  public long dispatched() {
    return dispatched;
  }

  /**
   * Returns how many tasks were answered with a commit since the start, if only with that of an
   * earlier task with their key. Those may not have been dispatched.
   */
  public long committed() {
    return committed;
  }

  /** {@return how many tasks were answered with anything but a commit since the start} */
  public long failed() {
    return failed;
  }

  /**
   * Returns how many attempts were planned since the start because one before had failed, by the
   * tasks' {@link RetryPolicy}.
   */
  public long retries() {
    return retries;
  }

  /** {@return how many callers were told that their worker crashed} */
  public long callersTouched() {
    return callersTouched;
  }

  /** {@return how many workers died at work on their own account} */
  public long crashes() {
    return crashes;
  }

  /** {@return how many worker processes were started after the first of their slot} */
  public long respawns() {
    return respawns;
  }

  /** {@return whether restarts have passed the restart intensity and are being slowed down} */
  public boolean degraded() {
    return degraded;
  }

  /**
   * Returns why a worker last failed to start or to connect. Empty if none has, or if one has
   * succeeded since.
   */
  public Optional<String> lastStartFailure() {
    return Optional.ofNullable(lastStartFailure);
  }

  /** {@return the counts that matter first when something is wrong, for messages and logs} */
  public String vitalSigns() {
    return "queued="
        + queued
        + ", busy="
        + busy()
        + ", ready="
        + ready()
        + ", starting="
        + starting()
        + ", workers="
        + configuredWorkers
        + ", concurrency="
        + concurrency;
  }

  private int count(WorkerState state) {
    return (int) workers.stream().filter(worker -> worker.state() == state).count();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ExecutorSnapshot that
        && name.equals(that.name)
        && configuredWorkers == that.configuredWorkers
        && concurrency == that.concurrency
        && concurrencyReason == that.concurrencyReason
        && clients == that.clients
        && queued == that.queued
        && workers.equals(that.workers)
        && dispatched == that.dispatched
        && committed == that.committed
        && failed == that.failed
        && retries == that.retries
        && callersTouched == that.callersTouched
        && crashes == that.crashes
        && respawns == that.respawns
        && degraded == that.degraded
        && Objects.equals(lastStartFailure, that.lastStartFailure);
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        name,
        configuredWorkers,
        concurrency,
        concurrencyReason,
        clients,
        queued,
        workers,
        dispatched,
        committed,
        failed,
        retries,
        callersTouched,
        crashes,
        respawns,
        degraded,
        lastStartFailure);
  }

  @Override
  public String toString() {
    return MoreObjects.toStringHelper(this)
        .omitNullValues()
        .add("name", name)
        .add("configuredWorkers", configuredWorkers)
        .add("concurrency", concurrency)
        .add("concurrencyReason", concurrencyReason)
        .add("clients", clients)
        .add("queued", queued)
        .add("workers", workers)
        .add("dispatched", dispatched)
        .add("committed", committed)
        .add("failed", failed)
        .add("retries", retries)
        .add("callersTouched", callersTouched)
        .add("crashes", crashes)
        .add("respawns", respawns)
        .add("degraded", degraded)
        .add("lastStartFailure", lastStartFailure)
        .toString();
  }

  /** One worker slot. Immutable. */
  public static final class WorkerSnapshot {

    private final String name;
    private final WorkerState state;
    private final long pid;
    private final boolean spare;

    private WorkerSnapshot(String name, WorkerState state, long pid, boolean spare) {
      this.name = requireNonNull(name, "name is null");
      this.state = requireNonNull(state, "state is null");
      this.pid = pid;
      this.spare = spare;
    }

    /**
     * Returns a snapshot of a slot that has no process and is no spare.
     *
     * @param name the worker's name, with its generation
     * @param state what the slot is doing
     */
    public static WorkerSnapshot of(String name, WorkerState state) {
      return new WorkerSnapshot(name, state, -1, false);
    }

    /** {@return a copy with the id of its process} */
    public WorkerSnapshot pid(long pid) {
      return new WorkerSnapshot(name, state, pid, spare);
    }

    /** {@return a copy that is a warm spare, or one that is not} */
    public WorkerSnapshot spare(boolean spare) {
      return new WorkerSnapshot(name, state, pid, spare);
    }

    /** {@return the worker's name, with its generation} */
    public String name() {
      return name;
    }

    /** {@return what the slot is doing} */
    public WorkerState state() {
      return state;
    }

    /** {@return the id of its process, or -1 if it has none} */
    public long pid() {
      return pid;
    }

    /** {@return whether it is a warm spare: connected, and waiting to replace a worker} */
    public boolean spare() {
      return spare;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof WorkerSnapshot that
          && name.equals(that.name)
          && state == that.state
          && pid == that.pid
          && spare == that.spare;
    }

    @Override
    public int hashCode() {
      return Objects.hash(name, state, pid, spare);
    }

    @Override
    public String toString() {
      return MoreObjects.toStringHelper(this)
          .add("name", name)
          .add("state", state)
          .add("pid", pid)
          .add("spare", spare)
          .toString();
    }
  }

  /** Why so many tasks are given to workers at a time. */
  public enum ConcurrencyReason {
    /** As many as workers, by {@link Concurrency#FIXED}. */
    FIXED,
    /** All workers, because no load has shown yet that fewer are enough. */
    ALL_WORKERS,
    /** More were tried against fewer, and did no more. */
    FEWER_ARE_ENOUGH,
    /** More were tried, and more tasks were done. */
    MORE_DO_MORE,
    /** All workers, because tasks began to take much longer than before. */
    TASKS_TAKE_LONGER,
    /** One more than before, because tasks waited now and then without need. */
    QUEUE_IS_SHORT
  }

  /** What a worker slot is doing. */
  public enum WorkerState {
    /** It has no process yet, or waits out the backoff before the next one. */
    NEW,
    /** Its process is starting, or connecting to the database. */
    STARTING,
    /** Connected and idle. */
    READY,
    /** Runs a task, or cleans the session after one. */
    BUSY,
    /** Was asked to cancel its task, and takes nothing until it has confirmed that. */
    CANCELLING,
    /** Has been told to stop. */
    DRAINING,
    /** Its process is dead or being killed. */
    DEAD
  }
}
