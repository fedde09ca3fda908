package io.cofferdam.benchmarks.switches;

/** What is handed over. */
final class Turn {

  /** The game goes on. */
  static final int GO = 1;

  /** The game ends with the answer to this turn. */
  static final int LAST = 2;

  private Turn() {}
}
