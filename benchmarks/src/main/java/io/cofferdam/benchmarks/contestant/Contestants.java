package io.cofferdam.benchmarks.contestant;

import io.cofferdam.testkit.database.TestDatabase;

/** Opens contestants, in the process that is measured. */
public final class Contestants {

  private Contestants() {}

  /** Opens one, and returns when it can run transactions. */
  public static Contestant open(ContestantSpec spec, TestDatabase database) throws Exception {
    return switch (spec.way()) {
      case RAW_LINK -> new RawContestant(spec.connections());
      case RMI -> new RmiContestant(spec.connections());
      case HIKARICP, VIRTUAL_THREADS -> new HikariContestant(database, spec.connections());
      case VERTX -> new VertxContestant(database, spec.connections());
      case MARIADB_THREADS -> new DirectContestant(database);
      case PGBOUNCER -> new PgBouncerContestant(database, spec.connections());
      case PGPOOL -> new PgpoolContestant(database, spec.connections());
      case TRANSACTION_ID, NONE, LEDGER -> new CofferdamContestant(database, spec);
    };
  }
}
