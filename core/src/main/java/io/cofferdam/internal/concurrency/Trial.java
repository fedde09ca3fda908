package io.cofferdam.internal.concurrency;

import io.cofferdam.internal.concurrency.Window.Measure;

/**
 * Compares another limit with the present one, in turns: each window at the other one is held
 * against the windows before and after it, so that a machine which becomes slower or faster
 * meanwhile favours neither. It is a sequential probability ratio test (Wald, "Sequential Tests of
 * Statistical Hypotheses", 1945): the noisier the machine, the longer it goes on, and a difference
 * that is clear ends it at once.
 *
 * <p>More is adopted if each one more is worth a quarter of what the ones before are, or if they do
 * as much with a shorter queue. Less is adopted if it costs next to no throughput and the queue
 * does not grow.
 */
final class Trial {

  /** How the comparison stands. */
  enum Standing {
    OPEN,
    ADOPT,
    REJECT
  }

  /** The share of what the same speed of each would bring that more have to bring. */
  private static final double WORTH = 0.25;

  private static final double MOST_LOSS = 0.03;

  /** How far from what is wanted a gain is at least that should not be mistaken. */
  private static final double LEAST_DISTANCE = 0.1;

  /** By how much the number of tasks that are there may differ. */
  private static final double POPULATION = 0.2;

  /** The logarithm of the odds at which the other limit is adopted. */
  private static final double ADOPT = 3;

  /** The logarithm of the odds at which it is not; it costs less to be wrong about that. */
  private static final double REJECT = -2;

  private static final int MOST_PAIRS = 10;

  private final int candidate;
  private final boolean more;
  private final double wanted;
  private final double distance;

  private Measure before;
  private Measure inside;
  private int pairs;
  private double sum;
  private double populations;

  /**
   * Begins to compare.
   *
   * @param base the present limit
   * @param before what the last window at that has shown
   */
  Trial(int base, int candidate, Measure before) {
    this.candidate = candidate;
    this.before = before;
    inside = before;
    more = candidate > base;
    double worth = WORTH * Math.abs(Math.log((double) candidate / base));
    wanted = more ? worth : -MOST_LOSS;
    distance = Math.max(LEAST_DISTANCE, worth);
  }

  int candidate() {
    return candidate;
  }

  boolean isForMore() {
    return more;
  }

  /** Takes in a window at the other limit; one at the present limit has to follow. */
  void atCandidate(Measure measure) {
    inside = measure;
  }

  /**
   * Takes in the window at the present limit that follows one at the other limit.
   *
   * @param noise the variance of the difference of two windows
   */
  Standing atBase(Measure measure, double noise) {
    pairs++;
    sum += inside.logRate() - (before.logRate() + measure.logRate()) / 2 - wanted;
    populations += inside.logPopulation() - (before.logPopulation() + measure.logPopulation()) / 2;
    before = measure;
    return standing(2 * distance * sum / noise, populations / pairs);
  }

  private Standing standing(double odds, double population) {
    if (!more && population > POPULATION) {
      return Standing.REJECT;
    }
    boolean shorter = more && population < -POPULATION && sum / pairs + wanted > -MOST_LOSS;
    if (odds > ADOPT || (shorter && pairs > 1)) {
      return Standing.ADOPT;
    }
    if (shorter) {
      return Standing.OPEN;
    }
    if (pairs >= MOST_PAIRS) {
      return odds > 0 ? Standing.ADOPT : Standing.REJECT;
    }
    return odds < REJECT ? Standing.REJECT : Standing.OPEN;
  }
}
