package io.cofferdam.benchmarks.contestant;

import io.cofferdam.benchmarks.run.Transaction;
import io.cofferdam.testkit.database.Pgpool;
import io.cofferdam.testkit.database.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Threads that connect to a Pgpool-II for each transaction: its processes below this one serve as
 * many clients at once as it has, and a client has to disconnect for the next one to be served. Its
 * documentation has as many processes as {@code max_pool} times them are within PostgreSQL's {@code
 * max_connections} ("Clients", {@code num_init_children}), and the queue of its socket lengthened
 * for clients beyond ("Controlling listen_backlog_multiplier").
 */
final class PgpoolContestant implements Contestant {

  /** For as many clients in the queue as Linux lets a socket have: 4,096. */
  private static final int LONGEST_BACKLOG = 4_096;

  private final Pgpool pooler;
  private final TestDatabase database;

  PgpoolContestant(TestDatabase database, int processes) {
    this.pooler = Pgpool.start(database, processes, LONGEST_BACKLOG / processes);
    this.database = pooler.database();
  }

  @Override
  public BlockingClient client(int number) {
    return this::execute;
  }

  private void execute(Transaction transaction) throws SQLException {
    try (Connection connection = database.connect()) {
      connection.setAutoCommit(false);
      var unused = transaction.task().run(connection);
      connection.commit();
    }
  }

  @Override
  public void close() {
    pooler.close();
  }
}
