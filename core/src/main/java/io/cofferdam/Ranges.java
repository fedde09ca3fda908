package io.cofferdam;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import java.time.Duration;

/** The checks of options that have a least and a greatest value. */
final class Ranges {

  private Ranges() {}

  /** Returns the value if it is within its range. */
  static int check(String option, int value, int least, int most) {
    checkArgument(
        value >= least && value <= most,
        "%s is %s; it must be from %s to %s",
        option,
        value,
        least,
        most);
    return value;
  }

  /** Returns the duration if it is within its range. */
  static Duration check(String option, Duration value, Duration least, Duration most) {
    requireNonNull(value, option + " is null");
    checkArgument(
        value.compareTo(least) >= 0 && value.compareTo(most) <= 0,
        "%s is %s; it must be from %s to %s",
        option,
        value,
        least,
        most);
    return value;
  }
}
