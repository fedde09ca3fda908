package io.cofferdam.internal.stats;

import io.cofferdam.Outcome;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts what has happened in a pool since its start. Thread-safe. */
public final class Counters implements PoolListener {

  private final LongAdder dispatched = new LongAdder();
  private final LongAdder retries = new LongAdder();
  private final LongAdder committed = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder crashesTold = new LongAdder();
  private final LongAdder crashes = new LongAdder();
  private final LongAdder respawns = new LongAdder();
  private volatile @Nullable StartFailure lastStartFailure;

  @Override
  public void taskDispatched() {
    dispatched.increment();
  }

  @Override
  public void attemptRetried() {
    retries.increment();
  }

  @Override
  public void taskAnswered(Outcome outcome) {
    (outcome == Outcome.COMMITTED ? committed : failed).increment();
  }

  @Override
  public void crashTold() {
    crashesTold.increment();
  }

  @Override
  public void processStarted(boolean again) {
    if (again) {
      respawns.increment();
    }
  }

  @Override
  public void workerConnected() {
    lastStartFailure = null;
  }

  @Override
  public void startFailed(StartFailure failure) {
    lastStartFailure = failure;
  }

  @Override
  public void workerCrashed() {
    crashes.increment();
  }

  public long dispatched() {
    return dispatched.sum();
  }

  public long retries() {
    return retries.sum();
  }

  public long committed() {
    return committed.sum();
  }

  public long failed() {
    return failed.sum();
  }

  public long crashesTold() {
    return crashesTold.sum();
  }

  public long crashes() {
    return crashes.sum();
  }

  public long respawns() {
    return respawns.sum();
  }

  /** Returns why a worker last failed to start or to connect; null once one has not. */
  public @Nullable StartFailure lastStartFailure() {
    return lastStartFailure;
  }
}
