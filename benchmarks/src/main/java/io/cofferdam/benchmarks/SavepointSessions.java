package io.cofferdam.benchmarks;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * TPC-B over plain JDBC connections with a thread for each, with or without the savepoint that the
 * executor puts around each transaction on MySQL and MariaDB.
 */
final class SavepointSessions implements Contest.Entrant, AutoCloseable {

  private final TpcBDatabase database;
  private final boolean savepoint;
  private final List<Connection> connections = new ArrayList<>();

  SavepointSessions(TpcBDatabase database, boolean savepoint, int sessions) throws SQLException {
    this.database = database;
    this.savepoint = savepoint;
    for (int i = 0; i < sessions; i++) {
      Connection connection = database.address().connect();
      connection.setAutoCommit(false);
      connections.add(connection);
    }
  }

  @Override
  public String name() {
    return savepoint ? "savepoint" : "no savepoint";
  }

  @Override
  public void prepare() throws SQLException {
    database.tidy();
  }

  @Override
  public double perSecond(Duration duration) throws InterruptedException {
    return Throughput.ofThreads(
        connections.stream()
            .map(connection -> (Throughput.Operation) () -> runTransaction(connection))
            .toList(),
        duration);
  }

  private void runTransaction(Connection connection) throws SQLException {
    if (savepoint) {
      execute(connection, "SAVEPOINT cofferdam");
    }
    var unused = RandomTransactions.next().run(connection);
    if (savepoint) {
      execute(connection, "RELEASE SAVEPOINT cofferdam");
    }
    connection.commit();
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() throws SQLException {
    for (Connection connection : connections) {
      connection.close();
    }
  }
}
