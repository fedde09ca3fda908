package io.cofferdam.internal.codec;

/**
 * How much of a failure's description is kept: throwables, links to suppressed ones (as many as
 * throwables), frames and update counts of each throwable, characters of each text.
 */
record FailureLimits(int throwables, int frames, int textChars, int updateCounts) {

  static final FailureLimits FULL = new FailureLimits(100, 256, 32_768, 100_000);
  static final FailureLimits SHORT = new FailureLimits(10, 32, 2_000, 100);
  static final FailureLimits LEAST = new FailureLimits(1, 0, 200, 0);

  String cut(String text) {
    return text.length() <= textChars ? text : text.substring(0, textChars - 3) + "...";
  }
}
