package io.cofferdam.benchmarks.contestant;

import io.cofferdam.testkit.database.PgBouncer;
import io.cofferdam.testkit.database.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Threads with a connection each to a PgBouncer, which is a process of its own below this one and
 * shares its connections to the database among them.
 */
final class PgBouncerContestant implements Contestant {

  private static final int MAX_CLIENTS = 10_000;

  private final PgBouncer pooler;
  private final TestDatabase database;
  private final List<Connection> connections = new ArrayList<>();

  PgBouncerContestant(TestDatabase database, int connections) {
    this.pooler = PgBouncer.start(database, connections, MAX_CLIENTS);
    this.database = pooler.database();
  }

  @Override
  public BlockingClient client(int number) throws SQLException {
    Connection connection = database.connect();
    connection.setAutoCommit(false);
    connections.add(connection);
    return transaction -> {
      var unused = transaction.task().run(connection);
      connection.commit();
    };
  }

  @Override
  public void close() {
    pooler.close();
  }
}
