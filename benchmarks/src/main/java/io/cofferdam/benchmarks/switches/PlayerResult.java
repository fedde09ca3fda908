package io.cofferdam.benchmarks.switches;

/**
 * What came out of a game.
 *
 * @param exchanges how often the turn was handed over and came back
 * @param nanos how long that took
 */
record PlayerResult(long exchanges, long nanos) {}
