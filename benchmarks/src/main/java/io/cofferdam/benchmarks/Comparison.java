package io.cofferdam.benchmarks;

import java.util.ArrayList;
import java.util.List;

/**
 * One quantity, measured over several rounds for the raw transport and for Cofferdam right after
 * each other. The ratio is the median of the rounds' ratios, so that a machine whose speed varies
 * from round to round does not distort it.
 */
final class Comparison {

  private final List<Double> raw = new ArrayList<>();
  private final List<Double> cofferdam = new ArrayList<>();
  private final List<Double> ratios = new ArrayList<>();

  /** Adds the values of one round. */
  void add(double rawValue, double cofferdamValue) {
    raw.add(rawValue);
    cofferdam.add(cofferdamValue);
    ratios.add(cofferdamValue / rawValue);
  }

  double raw() {
    return median(raw);
  }

  double cofferdam() {
    return median(cofferdam);
  }

  double ratio() {
    return median(ratios);
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
