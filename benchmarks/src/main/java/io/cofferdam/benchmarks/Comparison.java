package io.cofferdam.benchmarks;

import java.util.ArrayList;
import java.util.List;

/**
 * One quantity, measured over several rounds for a base and for something else right after each
 * other. The ratio is the median of the rounds' ratios, so that a machine whose speed varies from
 * round to round does not distort it.
 */
final class Comparison {

  private final List<Double> base = new ArrayList<>();
  private final List<Double> other = new ArrayList<>();
  private final List<Double> ratios = new ArrayList<>();

  /** Adds the values of one round. */
  void add(double baseValue, double otherValue) {
    base.add(baseValue);
    other.add(otherValue);
    ratios.add(otherValue / baseValue);
  }

  double base() {
    return median(base);
  }

  double other() {
    return median(other);
  }

  double ratio() {
    return median(ratios);
  }

  /** Returns the ratio below which a quarter of the rounds is. */
  double lowerQuartile() {
    return sortedRatio(0.25);
  }

  /** Returns the ratio above which a quarter of the rounds is. */
  double upperQuartile() {
    return sortedRatio(0.75);
  }

  private double sortedRatio(double position) {
    return ratios.stream().sorted().toList().get((int) Math.round(position * (ratios.size() - 1)));
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
