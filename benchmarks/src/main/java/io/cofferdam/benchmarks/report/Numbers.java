package io.cofferdam.benchmarks.report;

import java.util.Locale;

/** Numbers as a reader sees them. */
public final class Numbers {

  private Numbers() {}

  /** Returns a number with so many decimals, and its thousands apart. */
  public static String text(double value, int decimals) {
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }
}
