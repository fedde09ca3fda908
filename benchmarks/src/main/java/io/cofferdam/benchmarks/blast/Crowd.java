package io.cofferdam.benchmarks.blast;

/**
 * The clients of one process.
 *
 * @param first the number of the first
 * @param count how many there are
 * @param threads whether each of them has a thread; else they submit
 */
record Crowd(int first, int count, boolean threads) {}
