package io.cofferdam.internal.codec;

import java.io.IOException;

/** An object stream would need more than it may. */
final class StreamLimitException extends IOException {

  private static final long serialVersionUID = 1L;

  StreamLimitException(String message) {
    super(message);
  }
}
