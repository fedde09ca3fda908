package io.cofferdam.internal.supervise;

import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What has happened in an executor since its start. Thread-safe. */
public final class Tally {

  final LongAdder dispatched = new LongAdder();
  final LongAdder callersTouched = new LongAdder();
  final LongAdder crashes = new LongAdder();
  final LongAdder respawns = new LongAdder();
  private volatile @Nullable StartFailure lastStartFailure;

  /**
   * Why a worker last failed to start or to connect.
   *
   * @param message for messages
   * @param lastOutput what the worker had printed
   * @param cause what it failed with, or null
   */
  public record StartFailure(String message, String lastOutput, @Nullable Throwable cause) {}

  public long dispatched() {
    return dispatched.sum();
  }

  public long callersTouched() {
    return callersTouched.sum();
  }

  public long crashes() {
    return crashes.sum();
  }

  public long respawns() {
    return respawns.sum();
  }

  public @Nullable StartFailure lastStartFailure() {
    return lastStartFailure;
  }

  void startFailed(StartFailure failure) {
    lastStartFailure = failure;
  }

  void started() {
    lastStartFailure = null;
  }
}
