package io.cofferdam.internal.stats;

import io.cofferdam.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * What happens in a pool, one method for each kind. Each must return soon and throw nothing: it may
 * be called under a lock. Implementations are thread-safe.
 */
public interface PoolListener {

  /**
   * Why a worker failed to start or to connect.
   *
   * @param message for messages
   * @param lastOutput what the worker had printed
   * @param cause what it failed with, or null
   */
  record StartFailure(String message, String lastOutput, @Nullable Throwable cause) {}

  /** A task was given to a worker, perhaps not for the first time. */
  default void taskDispatched() {}

  /** An attempt has failed, and another one is planned. */
  default void attemptRetried() {}

  /** A task has its answer, which is about to be told. */
  default void taskAnswered(Outcome outcome) {}

  /** A caller is about to be told that its worker died. */
  default void crashTold() {}

  /**
   * A worker process was started.
   *
   * @param again whether its slot has had one before
   */
  default void processStarted(boolean again) {}

  /** A worker is connected and ready, for the first time or again. */
  default void workerConnected() {}

  /** A worker did not start or connect; it is tried again. */
  default void startFailed(StartFailure failure) {}

  /** A worker died on its own account. */
  default void workerCrashed() {}
}
