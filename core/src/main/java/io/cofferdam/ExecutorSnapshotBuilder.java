package io.cofferdam;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.cofferdam.ExecutorSnapshot.ConcurrencyReason;
import io.cofferdam.ExecutorSnapshot.WorkerSnapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds an {@link ExecutorSnapshot}. What is not set is 0, false or empty, and the concurrency
 * fixed. Not thread-safe.
 */
public final class ExecutorSnapshotBuilder {

  final String name;
  int configuredWorkers;
  int concurrency;
  ConcurrencyReason concurrencyReason = ConcurrencyReason.FIXED;
  int clients;
  int queued;
  List<WorkerSnapshot> workers = List.of();
  long dispatched;
  long committed;
  long failed;
  long retries;
  long callersTouched;
  long crashes;
  long respawns;
  boolean degraded;
  @Nullable String lastStartFailure;

  ExecutorSnapshotBuilder(String name) {
    this.name = requireNonNull(name, "name is null");
  }

  /** Sets how many workers may run tasks at a time. */
  @CanIgnoreReturnValue
  public ExecutorSnapshotBuilder configuredWorkers(int configuredWorkers) {
    this.configuredWorkers = configuredWorkers;
    return this;
  }

  /** Sets how many tasks are given to workers at a time, and why. */
  @CanIgnoreReturnValue
  public ExecutorSnapshotBuilder concurrency(int concurrency, ConcurrencyReason reason) {
    this.concurrency = concurrency;
    this.concurrencyReason = requireNonNull(reason, "reason is null");
    return this;
  }

  /** Sets how many client handles are open. */
  @CanIgnoreReturnValue
  public ExecutorSnapshotBuilder clients(int clients) {
    this.clients = clients;
    return this;
  }

  /** Sets how many tasks wait. */
  @CanIgnoreReturnValue
  public ExecutorSnapshotBuilder queued(int queued) {
    this.queued = queued;
    return this;
  }

  /** Sets the worker slots, from which the counts by state follow. */
  @CanIgnoreReturnValue
  public ExecutorSnapshotBuilder workers(List<WorkerSnapshot> workers) {
    this.workers = List.copyOf(workers);
    return this;
  }

  /** Sets how many tasks were handed to a worker. */
  @CanIgnoreReturnValue
  public ExecutorSnapshotBuilder dispatched(long dispatched) {
    this.dispatched = dispatched;
    return this;
  }

  /** Sets how many tasks were answered with a commit. */
  @CanIgnoreReturnValue
  public ExecutorSnapshotBuilder committed(long committed) {
    this.committed = committed;
    return this;
  }

  /** Sets how many tasks were answered with anything but a commit. */
  @CanIgnoreReturnValue
  public ExecutorSnapshotBuilder failed(long failed) {
    this.failed = failed;
    return this;
  }

  /** Sets how many attempts were planned because one before had failed. */
  @CanIgnoreReturnValue
  public ExecutorSnapshotBuilder retries(long retries) {
    this.retries = retries;
    return this;
  }

  /** Sets how many callers were told that their worker crashed. */
  @CanIgnoreReturnValue
  public ExecutorSnapshotBuilder callersTouched(long callersTouched) {
    this.callersTouched = callersTouched;
    return this;
  }

  /** Sets how many workers died at work on their own account. */
  @CanIgnoreReturnValue
  public ExecutorSnapshotBuilder crashes(long crashes) {
    this.crashes = crashes;
    return this;
  }

  /** Sets how many worker processes were started after the first of their slot. */
  @CanIgnoreReturnValue
  public ExecutorSnapshotBuilder respawns(long respawns) {
    this.respawns = respawns;
    return this;
  }

  /** Sets whether restarts are being slowed down. */
  @CanIgnoreReturnValue
  public ExecutorSnapshotBuilder degraded(boolean degraded) {
    this.degraded = degraded;
    return this;
  }

  /** Sets why a worker last failed to start or to connect, or null. */
  @CanIgnoreReturnValue
  public ExecutorSnapshotBuilder lastStartFailure(@Nullable String lastStartFailure) {
    this.lastStartFailure = lastStartFailure;
    return this;
  }

  /** {@return the snapshot} */
  public ExecutorSnapshot build() {
    return new ExecutorSnapshot(this);
  }
}
