package io.cofferdam.benchmarks.contestant;

import io.cofferdam.OutcomeTracking;
import io.cofferdam.testkit.database.DatabaseKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A way to the database, or to another process only. */
public enum Way {
  /** A bare socket to another process, which sends back what it receives. */
  RAW_LINK("raw link", null),
  /** Java's remote calls to another process. */
  RMI("Java RMI", null),
  /** A pool of connections in the application's process. */
  HIKARICP("HikariCP", null),
  /** A virtual thread for each client, in front of such a pool. */
  VIRTUAL_THREADS("virtual threads, HikariCP", null),
  /** Clients on event loops, with a pool of connections that never block. */
  VERTX("Vert.x", null),
  /**
   * A thread for each client, with a connection that has a thread of the database server, as is
   * MariaDB's default. Its documentation ("Thread Pool in MariaDB") has that scale badly to
   * thousands of connections that are active at once, and recommends a thread pool for short
   * queries then; "Handling Too Many Connections" has {@code max_connections} raised.
   */
  MARIADB_THREADS("threads on MariaDB", null),
  /** A pool in a process between the application and the database, in transaction mode. */
  PGBOUNCER("PgBouncer", null),
  /** A pool of processes between, each of which serves a client until it disconnects. */
  PGPOOL("Pgpool-II", null),
  /** Worker processes, with outcomes settled by transaction ids. */
  TRANSACTION_ID("Cofferdam", OutcomeTracking.TRANSACTION_ID),
  /** Worker processes, with outcomes that may stay unknown. */
  NONE("Cofferdam", OutcomeTracking.NONE),
  /** Worker processes, with outcomes settled by a ledger. */
  LEDGER("Cofferdam", OutcomeTracking.LEDGER);

  /** Those that run transactions. */
  public static final List<Way> TO_THE_DATABASE =
      List.of(HIKARICP, PGBOUNCER, TRANSACTION_ID, NONE, LEDGER);

  private final String product;
  private final @Nullable OutcomeTracking tracking;

  Way(String product, @Nullable OutcomeTracking tracking) {
    this.product = product;
    this.tracking = tracking;
  }

  /** Returns what its users call it. */
  public String product() {
    return product;
  }

  /** Returns which database it gets to. */
  public DatabaseKind database() {
    return this == MARIADB_THREADS ? DatabaseKind.MARIADB : DatabaseKind.POSTGRESQL;
  }

  /** Returns how outcomes are tracked; null if this is not Cofferdam. */
  public @Nullable OutcomeTracking tracking() {
    return tracking;
  }
}
