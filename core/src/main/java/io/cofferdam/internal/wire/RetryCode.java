package io.cofferdam.internal.wire;

import io.cofferdam.RetryPolicy.Cause;
import org.jspecify.annotations.Nullable;

/** How a worker says why another attempt may succeed: one byte, 0 for no reason. */
final class RetryCode {

  private RetryCode() {}

  static int of(@Nullable Cause cause) {
    if (cause == null) {
      return 0;
    }
    return switch (cause) {
      case SERIALIZATION_FAILURE -> 1;
      case DEADLOCK -> 2;
      case CONNECTION_LOST -> 3;
      case WORKER_CRASH -> throw new IllegalArgumentException("a worker does not tell its death");
    };
  }

  static @Nullable Cause cause(int code) throws ProtocolException {
    return switch (code) {
      case 0 -> null;
      case 1 -> Cause.SERIALIZATION_FAILURE;
      case 2 -> Cause.DEADLOCK;
      case 3 -> Cause.CONNECTION_LOST;
      default -> throw new ProtocolException("no cause of a retry has the code " + code);
    };
  }
}
