package io.cofferdam.internal.concurrency;

/**
 * When to try again what was of no use: twice as much later each time. It is counted in windows, so
 * that it lasts longer if nothing is learned meanwhile, because there is too little to do.
 */
final class Pause {

  private static final int FIRST = 3;

  private final int most;
  private int left;
  private int next = FIRST;

  /**
   * Begins to count.
   *
   * @param most how many windows a pause lasts at most
   */
  Pause(int most) {
    this.most = most;
  }

  /** Notes that a window has passed, and returns whether the pause is over. */
  boolean isOverAfterWindow() {
    left = Math.max(0, left - 1);
    return left == 0;
  }

  /** Notes that a trial was of no use. */
  void failed() {
    left = next;
    next = Math.min(most, 2 * next);
  }

  /** Begins anew, with the shortest pause after so many windows. */
  void restart(int after) {
    left = after;
    next = FIRST;
  }
}
