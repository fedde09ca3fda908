package io.cofferdam.benchmarks.contestant;

import io.cofferdam.benchmarks.run.Transaction;
import io.cofferdam.benchmarks.run.Waiting;
import io.cofferdam.testkit.database.TestDatabase;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * Clients on the event loops of Vert.x, one loop for each processor: nothing of a client blocks a
 * thread, and what it computes runs on its loop. The documentation of the PostgreSQL client
 * (vertx.io/docs/vertx-pg-client/java, "Pool sharing") has the verticles share one pool, which may
 * be given event loops of its own, and "Connecting to PostgreSQL" has prepared statements cached.
 */
final class VertxContestant implements Contestant {

  private final Vertx vertx;
  private final Pool pool;
  private final List<Context> loops = new CopyOnWriteArrayList<>();

  VertxContestant(TestDatabase database, int connections) {
    int processors = Runtime.getRuntime().availableProcessors();
    vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(processors));
    URI server = URI.create(database.url().substring("jdbc:".length()));
    pool =
        PgBuilder.pool()
            .connectingTo(
                new PgConnectOptions()
                    .setHost(server.getHost())
                    .setPort(server.getPort())
                    .setDatabase(database.name())
                    .setUser(database.username())
                    .setPassword(database.password())
                    .setCachePreparedStatements(true))
            .with(
                new PoolOptions()
                    .setMaxSize(connections)
                    .setShared(true)
                    .setEventLoopSize(processors)
                    .setConnectionTimeout((int) Waiting.PATIENCE.toSeconds())
                    .setConnectionTimeoutUnit(TimeUnit.SECONDS))
            .using(vertx)
            .build();
    await(
        vertx.deployVerticle(() -> this::deploy, new DeploymentOptions().setInstances(processors)));
  }

  private Future<?> deploy(Context loop) {
    loops.add(loop);
    return Future.succeededFuture();
  }

  @Override
  public Client client(int number) {
    Context loop = loops.get(number % loops.size());
    return new Client() {
      @Override
      public void execute(Transaction transaction) {
        submit(transaction).join();
      }

      @Override
      public CompletableFuture<?> submit(Transaction transaction) {
        CompletableFuture<Long> committed = new CompletableFuture<>();
        loop.runOnContext(none -> start(transaction, committed));
        return committed;
      }
    };
  }

  private void start(Transaction transaction, CompletableFuture<Long> committed) {
    pool.withTransaction(transaction::start)
        .onComplete(committed::complete, committed::completeExceptionally);
  }

  @Override
  public void close() {
    await(pool.close());
    await(vertx.close());
  }

  private static void await(Future<?> future) {
    var unused = future.toCompletionStage().toCompletableFuture().join();
  }
}
