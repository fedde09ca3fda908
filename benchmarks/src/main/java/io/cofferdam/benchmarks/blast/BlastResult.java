package io.cofferdam.benchmarks.blast;

import java.util.Locale;

/**
 * What a fault took from the clients.
 *
 * @param losses what they lost
 * @param recovery how the others went on
 * @param ending how the application ended
 */
record BlastResult(Losses losses, Recovery recovery, Observation.Ending ending) {

  /**
   * What the clients lost.
   *
   * @param inFlight transactions that were started and not answered when the fault struck
   * @param clients clients that have lost one transaction or more
   * @param rolledBack transactions of which the client was told that nothing remains
   * @param unknown transactions of which the client was told that they may be committed or not
   * @param unanswered transactions of which the client was told nothing, ever
   * @param unansweredCommitted those among them that were committed
   * @param wrong answers that the history contradicts, and transactions that are there twice
   */
  record Losses(
      int inFlight,
      int clients,
      int rolledBack,
      int unknown,
      int unanswered,
      int unansweredCommitted,
      int wrong) {

    int transactions() {
      return rolledBack + unknown + unanswered;
    }
  }

  /**
   * How the clients that had no part in the fault went on.
   *
   * @param gapSeconds the longest time without a commit of theirs after the fault
   * @param observedSeconds how long they were observed after the fault
   * @param before their commits per second before the fault
   * @param after their commits per second at the end
   */
  record Recovery(double gapSeconds, double observedSeconds, double before, double after) {}

  /** Returns in words when the others went on. */
  String others() {
    if (ending.all()) {
      return String.format(
          Locale.ROOT, "never; %.1f s with a restart", ending.restartSeconds().orElseThrow());
    }
    return recovery.after() == 0
        ? String.format(Locale.ROOT, "not in %.0f s", recovery.observedSeconds())
        : String.format(Locale.ROOT, "%.2f s", recovery.gapSeconds());
  }

  /** Returns the most important in a few words. */
  String summary() {
    return String.format(Locale.ROOT, "%,d / %s / %d", losses.clients(), others(), losses.wrong());
  }
}
