package io.cofferdam.internal.wire;

import java.io.IOException;

/** The other side sent something that no correct peer sends. */
public final class ProtocolException extends IOException {

  private static final long serialVersionUID = 1L;

  public ProtocolException(String message) {
    super(message);
  }
}
