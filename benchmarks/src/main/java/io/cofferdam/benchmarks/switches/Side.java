package io.cofferdam.benchmarks.switches;

/** The side of a ping-pong that a player is on. Each process has a player for each. */
enum Side {
  /** Hands over first, and tells the time. */
  FIRST,
  /** Answers. */
  SECOND
}
