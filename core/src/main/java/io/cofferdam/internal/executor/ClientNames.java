package io.cofferdam.internal.executor;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

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
    int control = firstControl(name);
    checkArgument(
        control == name.length(),
        "the client name has a control character, such as a line break, at index %s",
        control);
    return name;
  }

  private static int firstControl(String name) {
    int index = 0;
    while (index < name.length() && !isControl(name.charAt(index))) {
      index++;
    }
    return index;
  }

  private static boolean isControl(char c) {
    int type = Character.getType(c);
    byte direction = Character.getDirectionality(c);
    return type == Character.CONTROL
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR
        || (direction >= Character.DIRECTIONALITY_LEFT_TO_RIGHT_EMBEDDING
            && direction <= Character.DIRECTIONALITY_POP_DIRECTIONAL_ISOLATE);
  }
}
