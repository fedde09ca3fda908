package io.cofferdam.benchmarks.report;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where the values of several rounds lie.
 *
 * @param median the value in the middle
 * @param lower the value below which a quarter of them lies
 * @param upper the value above which a quarter of them lies
 */
public record Spread(double median, double lower, double upper) {

  /** Returns the spread of these values; empty if there are none. */
  static Optional<Spread> of(Stream<Double> values) {
    List<Double> sorted = values.sorted().toList();
    return sorted.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Spread(quantile(sorted, 0.5), quantile(sorted, 0.25), quantile(sorted, 0.75)));
  }

  /** Returns the median, with the middle half of the values in brackets if they differ. */
  public String text(int decimals) {
    String middle = Numbers.text(median, decimals);
    return lower == upper
        ? middle
        : "%s (%s–%s)"
            .formatted(middle, Numbers.text(lower, decimals), Numbers.text(upper, decimals));
  }

  /** Interpolates between the neighbours. */
  private static double quantile(List<Double> sorted, double position) {
    double index = position * (sorted.size() - 1);
    int below = (int) index;
    int above = Math.min(below + 1, sorted.size() - 1);
    double weight = index - below;
    return sorted.get(below) * (1 - weight) + sorted.get(above) * weight;
  }
}
