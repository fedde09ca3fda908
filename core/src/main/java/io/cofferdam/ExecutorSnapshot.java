package io.cofferdam;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An immutable picture of an executor at one moment. The counts of workers are derived from the
 * list, so they agree with each other.
 *
 * @param name the executor's name
 * @param configuredWorkers how many workers may run tasks at a time
 * @param clients open client handles
 * @param queued tasks that wait for a worker, for the end of a backoff, or for another task with
 *     their key
 * @param workers every worker slot, warm spares included
 * @param dispatched tasks handed to a worker since the start, repeated dispatches included
 * @param committed tasks answered with a commit since the start, if only that of an earlier task
 *     with their key; those may not have been dispatched
 * @param failed tasks answered with anything else since the start
 * @param retries attempts planned since the start because one before had failed, by the tasks'
 *     {@link RetryPolicy}
 * @param callersTouched callers that were told that their worker crashed
 * @param crashes workers that died at work on their own account
 * @param respawns worker processes started after the first of their slot
 * @param degraded whether restarts have passed the restart intensity and are being slowed down
 * @param lastStartFailure why a worker last failed to start or to connect, or null; cleared when
 *     one succeeds
 */
public record ExecutorSnapshot(
    String name,
    int configuredWorkers,
    int clients,
    int queued,
    List<WorkerSnapshot> workers,
    long dispatched,
    long committed,
    long failed,
    long retries,
    long callersTouched,
    long crashes,
    long respawns,
    boolean degraded,
    @Nullable String lastStartFailure) {

  /** Makes the list of workers unmodifiable. */
  public ExecutorSnapshot {
    workers = List.copyOf(workers);
  }

  /** Returns how many workers run a task. */
  public int busy() {
    return count(WorkerState.BUSY) + count(WorkerState.CANCELLING);
  }

  /** Returns how many workers are ready for a task, spares included. */
  public int ready() {
    return count(WorkerState.READY);
  }

  /** Returns how many workers are being started or are connecting. */
  public int starting() {
    return count(WorkerState.STARTING);
  }

  /** Returns the counts that matter first when something is wrong, for messages and logs. */
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
        + configuredWorkers;
  }

  private int count(WorkerState state) {
    return (int) workers.stream().filter(worker -> worker.state() == state).count();
  }

  /**
   * One worker slot.
   *
   * @param name the worker's name, with its generation
   * @param pid the id of its process, or -1 if it has none
   * @param state what the slot is doing
   * @param spare whether it is a warm spare: connected, and waiting to replace a worker
   */
  public record WorkerSnapshot(String name, long pid, WorkerState state, boolean spare) {}

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
