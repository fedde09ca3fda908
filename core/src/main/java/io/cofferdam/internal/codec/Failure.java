package io.cofferdam.internal.codec;

import org.jspecify.annotations.Nullable;

/** An exception that a task threw in a worker, as it arrived here. */
public sealed interface Failure {

  /** The exception itself, or for a driver's SQLException its nearest standard type. */
  record Rebuilt(Throwable throwable) implements Failure {}

  /** The description of an exception whose type cannot be rebuilt; never a SQLException. */
  record Foreign(String className, @Nullable String message, String stackTrace)
      implements Failure {}
}
