package io.cofferdam.benchmarks.report;

/**
 * A quantity that is measured.
 *
 * @param name what it is, as the head of a column
 * @param unit what it is counted in; may be empty
 * @param decimals how many decimals are shown
 * @param charted whether it has a chart
 */
public record Metric(String name, String unit, int decimals, boolean charted) {

  /** Returns the name with its unit. */
  String title() {
    return unit.isEmpty() ? name : name + ", " + unit;
  }
}
