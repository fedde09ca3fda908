package io.cofferdam.benchmarks.blast;

import io.cofferdam.benchmarks.contestant.Contestant;
import io.cofferdam.benchmarks.run.Transaction;
import io.cofferdam.testkit.database.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;

/** Clients with a connection each, which the end of the process closes. */
final class PlainContestant implements Contestant {

  private final TestDatabase database;

  PlainContestant(TestDatabase database) {
    this.database = database;
  }

  @Override
  public Client client(int number) throws SQLException {
    Connection connection = database.connect();
    connection.setAutoCommit(false);
    return new Client() {
      @Override
      public void execute(Transaction transaction) throws SQLException {
        var unused = transaction.task().run(connection);
        connection.commit();
      }

      @Override
      public CompletableFuture<?> submit(Transaction transaction) {
        throw new UnsupportedOperationException("a process has one client, which waits");
      }
    };
  }

  @Override
  public void close() {}
}
