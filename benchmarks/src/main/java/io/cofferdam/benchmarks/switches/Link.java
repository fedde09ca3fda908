package io.cofferdam.benchmarks.switches;

import java.io.IOException;

/** Takes the turn to the other player and brings it back. Used by one player only. */
interface Link {

  /**
   * Hands the turn over.
   *
   * @param turn {@link Turn#GO} or {@link Turn#LAST}
   */
  void give(int turn) throws IOException;

  /** Waits until the turn is handed over to this side, and returns it. */
  int take() throws IOException;
}
