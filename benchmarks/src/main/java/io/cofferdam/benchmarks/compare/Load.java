package io.cofferdam.benchmarks.compare;

import io.cofferdam.benchmarks.contestant.Way;
import io.cofferdam.benchmarks.run.Mix;

/**
 * What a contestant is to do for one sample: a closed loop, in which each client starts its next
 * transaction when its last one has been committed.
 *
 * @param mix which transactions
 * @param accounts how many accounts there are
 * @param clients how many clients there are, each with one transaction in flight
 * @param style how the clients wait
 * @param leadInMillis how long the load runs before it is measured
 * @param windowMillis how long it is measured
 */
public record Load(
    Mix mix, int accounts, int clients, Style style, long leadInMillis, long windowMillis) {

  /** Returns the same load with a window of another length. */
  public Load lasting(long millis) {
    return new Load(mix, accounts, clients, style, leadInMillis, millis);
  }

  /** How a client waits for its transaction. */
  public enum Style {
    /** With a thread of its own. */
    THREADS,
    /** With a future, whose completion starts the next transaction. */
    ASYNC,
    /** With a virtual thread of its own. */
    VIRTUAL_THREADS;

    /** Returns how clients wait that get to the database in this way. */
    public static Style of(Way way) {
      return switch (way) {
        case VIRTUAL_THREADS -> VIRTUAL_THREADS;
        case VERTX, TRANSACTION_ID, NONE, LEDGER -> ASYNC;
        case RAW_LINK, RMI, HIKARICP, MARIADB_THREADS, PGBOUNCER, PGPOOL -> THREADS;
      };
    }
  }
}
