package io.cofferdam.benchmarks.contestant;

import static java.util.Objects.requireNonNull;

import io.cofferdam.ExecutorSnapshot;
import io.cofferdam.ExecutorSnapshot.ConcurrencyReason;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.benchmarks.run.Executors;
import io.cofferdam.benchmarks.run.Transaction;
import io.cofferdam.benchmarks.variant.BuilderSettings;
import io.cofferdam.testkit.database.TestDatabase;
import java.sql.SQLException;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/** Client handles that share the workers of an executor. */
final class CofferdamContestant implements Contestant {

  private final TransactionExecutor executor;

  CofferdamContestant(TestDatabase database, ContestantSpec spec) {
    TransactionExecutorBuilder builder =
        Executors.builder(database, spec.connections(), 0)
            .outcomeTracking(requireNonNull(spec.way().tracking()));
    BuilderSettings.apply(builder, spec.settings());
    executor = builder.build();
    Executors.await(
        executor,
        "all workers, and none that starts",
        snapshot -> snapshot.starting() == 0 && snapshot.ready() >= snapshot.configuredWorkers());
  }

  @Override
  public Client client(int number) {
    TransactionClient client = executor.client("client-" + number);
    return new Client() {
      @Override
      public void execute(Transaction transaction) throws SQLException {
        var unused = client.execute(transaction.task());
      }

      @Override
      public CompletableFuture<?> submit(Transaction transaction) {
        return client.submit(transaction.task());
      }
    };
  }

  @Override
  public OptionalInt concurrency() {
    ExecutorSnapshot snapshot = executor.snapshot();
    return snapshot.concurrencyReason() == ConcurrencyReason.FIXED
        ? OptionalInt.empty()
        : OptionalInt.of(snapshot.concurrency());
  }

  @Override
  public void close() {
    executor.close();
  }
}
