package io.cofferdam.benchmarks.compare;

import io.cofferdam.OutcomeTracking;
import org.jspecify.annotations.Nullable;

/** A way to the database. */
enum Way {
  /** A pool of connections in the application's process. */
  HIKARICP("HikariCP", null),
  /** A pool in a process between the application and the database, in transaction mode. */
  PGBOUNCER("PgBouncer", null),
  /** Worker processes, with outcomes settled by transaction ids. */
  TRANSACTION_ID("Cofferdam", OutcomeTracking.TRANSACTION_ID),
  /** Worker processes, with outcomes that may stay unknown. */
  NONE("Cofferdam", OutcomeTracking.NONE),
  /** Worker processes, with outcomes settled by a ledger. */
  LEDGER("Cofferdam", OutcomeTracking.LEDGER);

  private final String product;
  private final @Nullable OutcomeTracking tracking;

  Way(String product, @Nullable OutcomeTracking tracking) {
    this.product = product;
    this.tracking = tracking;
  }

  String product() {
    return product;
  }

  /** Returns how outcomes are tracked; null if this is not Cofferdam. */
  @Nullable OutcomeTracking tracking() {
    return tracking;
  }
}
