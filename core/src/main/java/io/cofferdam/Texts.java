package io.cofferdam;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import io.cofferdam.internal.text.ControlCharacters;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** The checks of the texts that options have. They show where a text is wrong, and not the text. */
final class Texts {

  private static final Charset OF_THE_SYSTEM =
      Charset.forName(System.getProperty("sun.jnu.encoding", Charset.defaultCharset().name()));

  private Texts() {}

  /** Refuses null elements, by their index. */
  static <T> void checkElements(String option, T[] elements) {
    requireNonNull(elements, option + " is null");
    for (int i = 0; i < elements.length; i++) {
      requireNonNull(elements[i], option + "[" + i + "] is null");
    }
  }

  /** Refuses what breaks a line, or is shown in another order, wherever the text is printed. */
  static void checkNoControl(String option, String text) {
    int index = ControlCharacters.firstIn(text);
    checkArgument(
        index < 0, "%s has a control character, such as a line break, at index %s", option, index);
  }

  /** Refuses what ends a text early where it is passed on as a C string. */
  static void checkNoNul(String option, String text) {
    int index = text.indexOf('\0');
    checkArgument(
        index < 0, "%s has the character NUL, which ends a text early, at index %s", option, index);
  }

  /** Half a character has no encoding: in the database it would be the same as any other half. */
  static void checkWhole(String option, String text) {
    checkArgument(
        StandardCharsets.UTF_8.newEncoder().canEncode(text),
        "%s has half of a character that takes two chars, as if it had been cut in between",
        option);
  }

  /** Refuses what the operating system would get as question marks, and what it cannot hold. */
  static void checkPassable(String option, String text) {
    checkNoNul(option, text);
    checkArgument(
        OF_THE_SYSTEM.newEncoder().canEncode(text),
        "%s has a character that cannot be passed to a process in %s, the encoding of the operating"
            + " system; start the application under a UTF-8 locale, such as LANG=C.UTF-8",
        option,
        OF_THE_SYSTEM);
  }
}
