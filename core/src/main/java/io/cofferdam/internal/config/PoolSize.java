package io.cofferdam.internal.config;

import io.cofferdam.Concurrency;

/**
 * How many workers there are, and how many tasks may wait for them.
 *
 * @param workers how many may run tasks at a time
 * @param concurrency how many of them do so
 * @param warmSpares how many more are connected and wait to replace one
 * @param maxQueued how many submitted tasks may wait
 * @param maxQueuedPerClient how many of them of one client
 */
public record PoolSize(
    int workers, Concurrency concurrency, int warmSpares, int maxQueued, int maxQueuedPerClient) {

  /** How many workers a pool may have, spares not counted. */
  public static final int MOST_WORKERS = 1_024;

  /** Returns how many worker processes there are, spares included. */
  public int processes() {
    return workers + warmSpares;
  }
}
