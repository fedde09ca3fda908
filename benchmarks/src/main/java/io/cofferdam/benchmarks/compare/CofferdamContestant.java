package io.cofferdam.benchmarks.compare;

import static java.util.Objects.requireNonNull;

import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.TransactionTask;
import io.cofferdam.benchmarks.variant.BuilderSettings;
import io.cofferdam.testkit.database.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Client handles that share the workers of an executor. */
final class CofferdamContestant implements Contestant {

  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration POLL = Duration.ofMillis(20);

  private final TransactionExecutor executor;

  CofferdamContestant(TestDatabase database, ContestantSpec spec) throws InterruptedException {
    TransactionExecutorBuilder builder =
        TransactionExecutor.builder()
            .name("benchmark")
            .jdbcUrl(database.url())
            .username(database.username())
            .password(database.password())
            .workers(spec.connections())
            .warmSpares(0)
            .timeout(PATIENCE)
            .outcomeTracking(requireNonNull(spec.way().tracking()));
    BuilderSettings.apply(builder, spec.settings());
    executor = builder.build();
    while (executor.snapshot().starting() > 0 || executor.snapshot().ready() < spec.connections()) {
      Thread.sleep(POLL.toMillis());
    }
  }

  @Override
  public Client client(int number) {
    TransactionClient client = executor.client("client-" + number);
    return new Client() {
      @Override
      public void execute(TransactionTask<Long, SQLException> task) throws SQLException {
        var unused = client.execute(task);
      }

      @Override
      public CompletableFuture<?> submit(TransactionTask<Long, SQLException> task) {
        return client.submit(task);
      }
    };
  }

  @Override
  public void close() {
    executor.close();
  }
}
