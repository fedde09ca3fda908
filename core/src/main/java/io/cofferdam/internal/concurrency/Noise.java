package io.cofferdam.internal.concurrency;

/**
 * How much the throughput differs by itself from one window to the next at the same limit: a
 * running mean of the squares.
 */
final class Noise {

  private static final int SMOOTHING = 8;

  /** The least that is assumed, however alike the first few windows are. */
  private static final double LEAST = 0.05;

  /** A step of the load is no noise, so it counts as no more than this. */
  private static final double MOST = 0.7;

  private double variance = LEAST * LEAST;

  /**
   * Takes in two windows.
   *
   * @param difference of the logarithms of their rates
   */
  void add(double difference) {
    double square = Math.min(MOST * MOST, difference * difference);
    variance += (square - variance) / SMOOTHING;
  }

  /** Returns the variance of such a difference. */
  double variance() {
    return Math.max(LEAST * LEAST, variance);
  }
}
