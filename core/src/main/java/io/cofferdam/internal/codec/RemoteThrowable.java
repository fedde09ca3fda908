package io.cofferdam.internal.codec;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;

/** Stands for a throwable of another process, as a cause; prints as the original would. */
final class RemoteThrowable extends Exception {

  private static final long serialVersionUID = 1L;

  private final String className;

  RemoteThrowable(String className, @Nullable String message) {
    super(message);
    this.className = className;
  }

  String printed() {
    StringWriter text = new StringWriter();
    printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }

  @Override
  @SuppressWarnings("OverrideThrowableToString")
  public String toString() {
    return getMessage() == null ? className : className + ": " + getMessage();
  }
}
