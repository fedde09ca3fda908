package io.cofferdam.benchmarks.contestant;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.cofferdam.benchmarks.run.Transaction;
import io.cofferdam.benchmarks.run.Waiting;
import io.cofferdam.testkit.database.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;

/** Threads that share the connections of a HikariCP. */
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
