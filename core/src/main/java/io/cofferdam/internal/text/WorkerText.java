package io.cofferdam.internal.text;

import java.nio.charset.StandardCharsets;

/**
 * Text from a worker, made fit to be logged and to be put into messages: it can neither forge
 * another line, nor drive a terminal, nor reorder or hide what stands around it, nor fill a log.
 */
public final class WorkerText {

  /** The most characters that are shown of one text. */
  public static final int MOST_CHARS = 1_000;

  /** The most bytes that need to be read of a text of which {@link #MOST_CHARS} are shown. */
  public static final int MOST_BYTES = 16 * MOST_CHARS;

  private WorkerText() {}

  /** Returns the text on one line, escaped; if it is long, its beginning and how much was cut. */
  public static String line(String text) {
    int length = text.length();
    int end = length <= MOST_CHARS ? length : cut(text, MOST_CHARS);
    StringBuilder out = new StringBuilder(end + 32);
    append(text.substring(0, end), out, false);
    if (end < length) {
      out.append("... (").append(length - end).append(" more characters)");
    }
    return out.toString();
  }

  /** Returns the text of bytes in UTF-8 on one line, like {@link #line(String)}. */
  public static String line(byte[] utf8) {
    return line(new String(utf8, StandardCharsets.UTF_8));
  }

  /** Returns the text escaped, with its line breaks, whole. */
  public static String lines(String text) {
    StringBuilder out = new StringBuilder(text.length() + 32);
    append(text, out, true);
    return out.toString();
  }

  /** Returns where to cut so that no pair of surrogates is torn. */
  private static int cut(String text, int at) {
    return Character.isHighSurrogate(text.charAt(at - 1)) ? at - 1 : at;
  }

  private static void append(String text, StringBuilder out, boolean keepLineBreaks) {
    int index = 0;
    while (index < text.length()) {
      int point = text.codePointAt(index);
      int next = index + Character.charCount(point);
      if (isPlain(point) || (keepLineBreaks && point == '\n')) {
        out.appendCodePoint(point);
      } else {
        for (char unit : text.substring(index, next).toCharArray()) {
          appendEscaped(unit, out);
        }
      }
      index = next;
    }
  }

  private static void appendEscaped(char unit, StringBuilder out) {
    out.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      out.append(Character.forDigit(unit >> shift & 0xf, 16));
    }
  }

  private static boolean isPlain(int point) {
    return point == '\t'
        || switch (Character.getType(point)) {
          case Character.CONTROL,
              Character.FORMAT,
              Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR,
              Character.SURROGATE,
              Character.UNASSIGNED ->
              false;
          default -> true;
        };
  }
}
