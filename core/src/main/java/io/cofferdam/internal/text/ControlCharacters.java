package io.cofferdam.internal.text;

/** The characters that break a line, or change the order in which a text is shown. */
public final class ControlCharacters {

  private ControlCharacters() {}

  /** Returns the index of the first of them in a text, or -1 if it has none. */
  public static int firstIn(String text) {
    for (int index = 0; index < text.length(); index++) {
      if (isControl(text.charAt(index))) {
        return index;
      }
    }
    return -1;
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
