package io.cofferdam.benchmarks;

import java.util.Arrays;

/**
 * How long one operation takes.
 *
 * @param p50Micros the median
 * @param p99Micros the 99th percentile
 */
record Latency(double p50Micros, double p99Micros) {

  /** Runs an operation again and again in this thread; the first tenth does not count. */
  static Latency measure(int samples, Runnable operation) {
    for (int i = 0; i < samples / 10; i++) {
      operation.run();
    }
    long[] nanos = new long[samples];
    for (int i = 0; i < samples; i++) {
      long start = System.nanoTime();
      operation.run();
      nanos[i] = System.nanoTime() - start;
    }
    Arrays.sort(nanos);
    return new Latency(nanos[samples / 2] / 1e3, nanos[samples * 99 / 100] / 1e3);
  }
}
