package io.cofferdam.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What one more of something takes in memory: the slope of a line through what was measured with
 * several numbers of them, and what the line says of many more. Not thread-safe.
 */
public final class MemoryGrowth {

  /** How many are extrapolated to. */
  public static final int MANY = 5_000;

  private static final double GIGA = 1_000;
  private static final String UNKNOWN = "unknown";

  private final String one;
  private final Map<String, LinearFit> fits = new LinkedHashMap<>();

  /**
   * @param one what there is one more of, such as a client
   */
  public MemoryGrowth(String one) {
    this.one = one;
  }

  /**
   * Adds a point.
   *
   * @param row whose memory it is
   * @param number how many there were
   * @param megabytes how much memory it was
   */
  public void add(String row, int number, double megabytes) {
    fits.computeIfAbsent(row, name -> new LinearFit()).add(number, megabytes);
  }

  /**
   * Returns what was derived.
   *
   * @param text what was measured
   */
  public Table table(String title, String text) {
    List<List<String>> rows = new ArrayList<>();
    fits.forEach(
        (name, fit) ->
            rows.add(
                List.of(
                    name,
                    text(fit.slope(), 1, 3),
                    text(fit.slopeError(), 1, 4),
                    text(fit.at(0), 1, 0),
                    text(fit.at(MANY), GIGA, 2),
                    interval(fit))));
    return new Table(
        title,
        text
            + " The line is fitted by least squares. The interval is that of a further measurement,"
            + " with 95 %, if memory goes on to grow as it did. Where there are less than three"
            + " points it is unknown.",
        List.of(
            "",
            "each " + one + ", MB",
            "standard error, MB",
            "without any, MB",
            "%,d %ss (extrapolated), GB".formatted(MANY, one),
            "95 % interval, GB"),
        rows);
  }

  private static String interval(LinearFit fit) {
    OptionalDouble middle = fit.at(MANY);
    OptionalDouble half = fit.halfWidthAt(MANY);
    if (middle.isEmpty() || half.isEmpty()) {
      return UNKNOWN;
    }
    return "%s to %s"
        .formatted(
            text(OptionalDouble.of(middle.getAsDouble() - half.getAsDouble()), GIGA, 2),
            text(OptionalDouble.of(middle.getAsDouble() + half.getAsDouble()), GIGA, 2));
  }

  private static String text(OptionalDouble value, double divisor, int decimals) {
    return value.isPresent() ? Numbers.text(value.getAsDouble() / divisor, decimals) : UNKNOWN;
  }
}
