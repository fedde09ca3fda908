package io.cofferdam.benchmarks.compare;

/**
 * What a contestant saw of its load.
 *
 * @param completed how many transactions were committed in the window
 * @param windowNanos how long the window was
 * @param p50Nanos the median of the time from the start of a transaction to its end
 * @param p99Nanos the 99th percentile of it
 * @param maxNanos the longest time
 */
public record LoadResult(
    long completed, long windowNanos, long p50Nanos, long p99Nanos, long maxNanos) {}
