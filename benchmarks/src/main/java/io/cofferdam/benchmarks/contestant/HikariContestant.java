package io.cofferdam.benchmarks.contestant;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.cofferdam.benchmarks.run.Transaction;
import io.cofferdam.benchmarks.run.Waiting;
import io.cofferdam.testkit.database.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Threads that share the connections of a HikariCP. Its wiki ("About Pool Sizing") recommends twice
 * as many connections as processors, and one for each disk. They may be virtual threads: the Java
 * Core Libraries guide ("Virtual Threads", adoption guide) has one of those for each task, never
 * pooled, and needs no semaphore where a pool of connections limits the concurrency already.
 */
final class HikariContestant implements Contestant {

  private final HikariDataSource pool;

  HikariContestant(TestDatabase database, int connections) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(database.url());
    config.setUsername(database.username());
    config.setPassword(database.password());
    config.setMaximumPoolSize(connections);
    config.setAutoCommit(false);
    config.setConnectionTimeout(Waiting.PATIENCE.toMillis());
    pool = new HikariDataSource(config);
  }

  @Override
  public BlockingClient client(int number) {
    return this::execute;
  }

  private void execute(Transaction transaction) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      var unused = transaction.task().run(connection);
      connection.commit();
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
