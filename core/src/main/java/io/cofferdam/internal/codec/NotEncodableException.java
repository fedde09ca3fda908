package io.cofferdam.internal.codec;

import org.jspecify.annotations.Nullable;

/**
 * A task or result cannot be turned into bytes; the message says which part of it, and the remedy.
 */
public final class NotEncodableException extends Exception {

  private static final long serialVersionUID = 1L;

  NotEncodableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  static NotEncodableException tooLarge(String what, long size, int limit) {
    return new NotEncodableException(
        "%s is too large: %,d bytes, and the limit is %,d. Send a key or a smaller part of it, and let the other side read the rest."
            .formatted(what, size, limit),
        null);
  }
}
