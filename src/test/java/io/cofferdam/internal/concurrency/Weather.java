package io.cofferdam.internal.concurrency;

import java.util.Random;

/**
 * How fast a machine is that others use too: the logarithm of the time that everything takes
 * wanders about its mean, and now and then all is slow for half a second.
 */
final class Weather {

  private static final double STEP_SECONDS = 0.05;
  private static final double MEMORY = 0.6;
  private static final double SPREAD = 0.3;
  private static final double SLOW_PER_STEP = 0.01;
  private static final double SLOW_SECONDS = 0.5;
  private static final double SLOW_FACTOR = 2;

  private final Random random;
  private double until;
  private double slowUntil;
  private double slowness;

  Weather(long seed) {
    random = new Random(seed);
  }

  /** Returns how many times as long everything takes; the times of the calls never go back. */
  double slownessAt(double seconds) {
    while (seconds >= until) {
      slowness =
          MEMORY * slowness + SPREAD * Math.sqrt(1 - MEMORY * MEMORY) * random.nextGaussian();
      if (random.nextDouble() < SLOW_PER_STEP) {
        slowUntil = until + SLOW_SECONDS;
      }
      until += STEP_SECONDS;
    }
    return Math.exp(slowness) * (seconds < slowUntil ? SLOW_FACTOR : 1);
  }
}
