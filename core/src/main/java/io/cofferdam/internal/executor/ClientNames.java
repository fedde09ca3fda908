package io.cofferdam.internal.executor;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import io.cofferdam.internal.text.ControlCharacters;

/** Checks the names of client handles, which stand in messages and log entries. */
final class ClientNames {

  private static final int MAX_LENGTH = 200;

  private ClientNames() {}

  /** Returns the name if it is short and has no control character. */
  static String checked(String name) {
    requireNonNull(name, "name is null");
    checkArgument(
        name.length() <= MAX_LENGTH,
        "the client name has %s characters; at most %s are allowed",
        name.length(),
        MAX_LENGTH);
    int control = ControlCharacters.firstIn(name);
    checkArgument(
        control < 0,
        "the client name has a control character, such as a line break, at index %s",
        control);
    return name;
  }
}
