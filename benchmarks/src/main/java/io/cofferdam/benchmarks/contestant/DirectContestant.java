package io.cofferdam.benchmarks.contestant;

import io.cofferdam.testkit.database.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Threads with a connection each. */
public final class DirectContestant implements Contestant {

  private final TestDatabase database;
  private final List<Connection> connections = new ArrayList<>();

  /** Takes what the connections lead to. */
  public DirectContestant(TestDatabase database) {
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
