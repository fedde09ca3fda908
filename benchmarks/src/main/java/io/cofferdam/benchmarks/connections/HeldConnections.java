package io.cofferdam.benchmarks.connections;

import io.cofferdam.benchmarks.run.Mix;
import io.cofferdam.testkit.database.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Connections that have run some transactions and are idle since. Used by one thread. */
final class HeldConnections implements AutoCloseable {

  /** How many transactions of TPC-B each has run. */
  static final int TRANSFERS = 10;

  /** How many queries each has run. */
  static final int QUERIES = 2;

  private final TestDatabase database;
  private final int accounts;
  private final List<Connection> connections = new ArrayList<>();

  HeldConnections(TestDatabase database, int accounts) {
    this.database = database;
    this.accounts = accounts;
  }

  int size() {
    return connections.size();
  }

  /** Opens as many as are missing; each runs its transactions at once. */
  void growTo(int number) throws SQLException {
    while (connections.size() < number) {
      Connection connection = database.connect();
      connections.add(connection);
      connection.setAutoCommit(false);
      run(connection, Mix.TPCB, TRANSFERS);
      run(connection, Mix.QUERIES, QUERIES);
    }
  }

  private void run(Connection connection, Mix mix, int transactions) throws SQLException {
    for (int i = 0; i < transactions; i++) {
      var unused = mix.next(accounts).task().run(connection);
      connection.commit();
    }
  }

  @Override
  public void close() throws SQLException {
    for (Connection connection : connections) {
      connection.close();
    }
  }
}
