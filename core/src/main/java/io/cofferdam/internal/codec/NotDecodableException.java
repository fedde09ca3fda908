package io.cofferdam.internal.codec;

import org.jspecify.annotations.Nullable;

/** Bytes do not hold what they should, or hold a class that is missing or refused here. */
public final class NotDecodableException extends Exception {

  private static final long serialVersionUID = 1L;

  NotDecodableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
