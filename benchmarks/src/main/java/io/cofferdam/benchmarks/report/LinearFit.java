package io.cofferdam.benchmarks.report;

import java.util.OptionalDouble;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.regression.SimpleRegression;

/**
 * A straight line through measured points, by ordinary least squares. What needs more points than
 * there are is empty. Not thread-safe.
 */
public final class LinearFit {

  /** Leaves out a fortieth on each side. */
  private static final double QUANTILE = 0.975;

  private final SimpleRegression regression = new SimpleRegression();
  private double sumOfX;

  /** Adds a point. */
  public void add(double x, double y) {
    regression.addData(x, y);
    sumOfX += x;
  }

  /** Returns what one more of x adds to y; empty with fewer than two points. */
  public OptionalDouble slope() {
    return number(regression.getSlope());
  }

  /** Returns the standard error of the slope; empty with fewer than three points. */
  public OptionalDouble slopeError() {
    return number(regression.getSlopeStdErr());
  }

  /** Returns the value of the line; empty with fewer than two points. */
  public OptionalDouble at(double x) {
    return number(regression.predict(x));
  }

  /**
   * Returns half the width of the interval in which a further point is with a probability of 95 %,
   * if the points are a line and their errors are normal; empty with fewer than three points.
   */
  public OptionalDouble halfWidthAt(double x) {
    long points = regression.getN();
    if (points < 3) {
      return OptionalDouble.empty();
    }
    double distance = x - sumOfX / points;
    double spread = distance * distance / regression.getXSumSquares();
    double error = Math.sqrt(regression.getMeanSquareError() * (1 + 1.0 / points + spread));
    return number(new TDistribution(points - 2).inverseCumulativeProbability(QUANTILE) * error);
  }

  private static OptionalDouble number(double value) {
    return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
  }
}
