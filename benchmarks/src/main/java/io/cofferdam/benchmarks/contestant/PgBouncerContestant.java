package io.cofferdam.benchmarks.contestant;

import io.cofferdam.testkit.database.PgBouncer;
import io.cofferdam.testkit.database.TestDatabase;
import java.sql.SQLException;

/**
 * Threads with a connection each to a PgBouncer, which is a process of its own below this one and
 * shares its connections to the database among them.
 */
final class PgBouncerContestant implements Contestant {

  private static final int MAX_CLIENTS = 10_000;

  private final PgBouncer pooler;
  private final DirectContestant clients;

  PgBouncerContestant(TestDatabase database, int connections) {
    this.pooler = PgBouncer.start(database, connections, MAX_CLIENTS);
    this.clients = new DirectContestant(pooler.database());
  }

  @Override
  public BlockingClient client(int number) throws SQLException {
    return clients.client(number);
  }

  /** Its clients' connections end with it. */
  @Override
  public void close() {
    pooler.close();
  }
}
