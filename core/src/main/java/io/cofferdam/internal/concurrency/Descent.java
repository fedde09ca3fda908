package io.cofferdam.internal.concurrency;

/**
 * Which smaller number is tried: the one that was the best before all workers were needed, then
 * half of the present one, then a quarter less.
 */
final class Descent {

  private static final int NONE = Integer.MAX_VALUE;

  private int former = NONE;
  private boolean tryHalf = true;

  /** Begins anew. */
  void restart() {
    former = NONE;
    tryHalf = true;
  }

  /** Begins anew with the number that was the best until now. */
  void restartAfter(int best) {
    restart();
    former = best;
  }

  /** Returns the number to try, which is less than the present one if that is more than one. */
  int next(int base) {
    if (former < base) {
      return former;
    }
    return base - (tryHalf ? base / 2 : quarter(base));
  }

  /** Notes that the number is too small; returns whether another one is to be tried at once. */
  boolean hasAnotherAfterRejection(int base) {
    if (former < base) {
      former = NONE;
      return true;
    }
    tryHalf = !(tryHalf && base / 2 > quarter(base));
    return !tryHalf;
  }

  private static int quarter(int base) {
    return Math.max(1, base / 4);
  }
}
