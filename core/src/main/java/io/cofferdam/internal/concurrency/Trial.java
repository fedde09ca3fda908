package io.cofferdam.internal.concurrency;

import io.cofferdam.internal.concurrency.Window.Measure;

/**
 * Compares another limit with the present one, in turns: each window at the other one is held
 * against the windows before and after it, so that a machine which becomes slower or faster
 * meanwhile favours neither. It goes on until the difference is clear against the noise.
 *
 * <p>More is adopted if it brings more throughput, or as much with a shorter queue. Less is adopted
 * if it costs no throughput and the queue does not grow.
 */
final class Trial {

  /** How the comparison stands. */
  enum Standing {
    OPEN,
    ADOPT,
    REJECT
  }

  /** A difference that one window is enough for. */
  private static final double OBVIOUS = 0.35;

  /** What has to be gained for one more: this share of what the same speed of each would bring. */
  private static final double WORTH = 0.1;

  private static final double LEAST_GAIN = 0.03;
  private static final double MOST_LOSS = 0.01;

  /** How much the number of tasks that are there may differ. */
  private static final double POPULATION = 0.2;

  /** The noise that is assumed of a comparison, however alike the first few are. */
  private static final double NOISE = 0.06;

  private static final int MOST_PAIRS = 8;

  private final int candidate;
  private final boolean more;
  private final double wanted;

  private Measure before;
  private Measure inside;
  private boolean hasInside;
  private int pairs;
  private double sum;
  private double squares;
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
    wanted = more ? Math.max(LEAST_GAIN, WORTH * Math.log((double) candidate / base)) : -MOST_LOSS;
  }

  int candidate() {
    return candidate;
  }

  boolean isForMore() {
    return more;
  }

  /** Takes in a window at the other limit; one at the present limit has to follow. */
  Standing atCandidate(Measure measure) {
    inside = measure;
    hasInside = true;
    double gain = measure.logRate() - before.logRate();
    if (gain < -OBVIOUS) {
      return Standing.REJECT;
    }
    return more && gain > OBVIOUS ? Standing.ADOPT : Standing.OPEN;
  }

  /** Takes in a window at the present limit. */
  Standing atBase(Measure measure) {
    if (hasInside) {
      double gain = inside.logRate() - (before.logRate() + measure.logRate()) / 2;
      pairs++;
      sum += gain;
      squares += gain * gain;
      populations +=
          inside.logPopulation() - (before.logPopulation() + measure.logPopulation()) / 2;
      hasInside = false;
    }
    before = measure;
    return pairs == 0 ? Standing.OPEN : standing();
  }

  private Standing standing() {
    double gain = sum / pairs;
    double variance = Math.max(0, squares / pairs - gain * gain);
    double error = Math.max(NOISE, Math.sqrt(variance)) / Math.sqrt(pairs);
    double population = populations / pairs;
    boolean last = pairs >= MOST_PAIRS;
    if (more && pairs >= 2 && population < -POPULATION && gain + error > -MOST_LOSS) {
      return Standing.ADOPT;
    }
    if (!more && population > POPULATION) {
      return Standing.REJECT;
    }
    if (gain + error < wanted || (last && gain < wanted)) {
      return Standing.REJECT;
    }
    return last || (pairs >= 2 && gain - error > wanted) ? Standing.ADOPT : Standing.OPEN;
  }
}
