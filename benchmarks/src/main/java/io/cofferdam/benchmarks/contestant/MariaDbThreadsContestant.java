package io.cofferdam.benchmarks.contestant;

import io.cofferdam.testkit.database.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Threads with a connection each to a MariaDB, which gives each of them a thread of its own: that
 * is its default. Its documentation ("Thread Pool in MariaDB") has that scale badly to thousands of
 * connections that are active at once, and recommends a thread pool for short queries then;
 * "Handling Too Many Connections" has {@code max_connections} raised for as many clients as there
 * are.
 */
final class MariaDbThreadsContestant implements Contestant {

  private final TestDatabase database;
  private final List<Connection> connections = new ArrayList<>();

  MariaDbThreadsContestant(TestDatabase database) {
    this.database = database;
  }

  @Override
  public BlockingClient client(int number) throws SQLException {
    Connection connection = database.connect();
    connections.add(connection);
    connection.setAutoCommit(false);
    return transaction -> {
      var unused = transaction.task().run(connection);
      connection.commit();
    };
  }

  @Override
  public void close() {
    for (Connection connection : connections) {
      try {
        connection.close();
      } catch (SQLException e) {
        throw new IllegalStateException("cannot close a connection", e);
      }
    }
  }
}
