package io.cofferdam.benchmarks;

import io.cofferdam.OutcomeTracking;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** TPC-B through an executor with one kind of outcome tracking. */
final class TrackedExecutor implements Contest.Entrant, AutoCloseable {

  private static final int CLIENTS_PER_WORKER = 4;

  private final TpcBDatabase database;
  private final OutcomeTracking tracking;
  private final TransactionExecutor executor;
  private final List<TransactionClient> clients;

  TrackedExecutor(TpcBDatabase database, OutcomeTracking tracking, int workers) {
    this.database = database;
    this.tracking = tracking;
    this.executor =
        TransactionExecutor.builder()
            .name(tracking.name())
            .jdbcUrl(database.address().url())
            .username(database.address().username())
            .password(database.address().password())
            .workers(workers)
            .warmSpares(0)
            .outcomeTracking(tracking)
            .build();
    this.clients =
        IntStream.range(0, CLIENTS_PER_WORKER * workers)
            .mapToObj(i -> executor.client("client-" + i))
            .toList();
  }

  @Override
  public String name() {
    return tracking.name();
  }

  @Override
  public void prepare() throws SQLException {
    database.tidy();
  }

  @Override
  public double perSecond(Duration duration) throws InterruptedException {
    return Throughput.ofClients(clients, RandomTransactions::next, duration);
  }

  @Override
  public void close() {
    executor.close();
  }
}
