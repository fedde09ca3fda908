package io.cofferdam.benchmarks.blast;

import io.cofferdam.benchmarks.compare.Load;

/**
 * The clients of one process.
 *
 * @param first the number of the first
 * @param count how many there are
 * @param style how each of them waits
 */
record Crowd(int first, int count, Load.Style style) {}
