package io.cofferdam.functional.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.cofferdam.Outcome;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionOptions;
import io.cofferdam.TransactionTimeoutException;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.DatabaseServer;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** While the database is down tasks wait, each to its own deadline; then all goes on by itself. */
@Tag("any-jdk")
@Tag("process")
class DatabaseDownTest {

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  @ParameterizedTest
  @EnumSource
  void recoversByItselfFromAnOrderlyRestart(DatabaseKind kind) throws Exception {
    goThroughAnOutage(kind, DatabaseServer::stop);
  }

  @ParameterizedTest
  @EnumSource
  void recoversByItselfFromACrash(DatabaseKind kind) throws Exception {
    goThroughAnOutage(kind, DatabaseServer::kill);
  }

  private static void goThroughAnOutage(DatabaseKind kind, Consumer<DatabaseServer> outage)
      throws Exception {
    try (DatabaseServer server = Databases.start(kind)) {
      TestDatabase database = server.fresh();
      database.run("CREATE TABLE t (id INT PRIMARY KEY)");
      try (TransactionExecutor executor = TestExecutors.on(database).workers(2).build();
          TransactionClient client = executor.client("patient")) {
        insert(client, 1);

        outage.accept(server);
        awaitThatAWorkerHasNoticed(client);
        TransactionTimeoutException timeout =
            catchThrowableOfType(
                TransactionTimeoutException.class,
                () ->
                    client.run(
                        TransactionOptions.defaults().timeout(PATIENCE),
                        connection -> Sql.run(connection, "INSERT INTO t VALUES (2)")));
        assertThat(timeout).isNotNull();
        assertThat(timeout.outcome()).isEqualTo(Outcome.NOT_STARTED);
        assertThat(timeout.getCause()).as("what keeps the workers from starting").isNotNull();
        CompletableFuture<Integer> waiting =
            client.submit(
                TransactionOptions.defaults().timeout(Duration.ofMinutes(2)),
                connection -> {
                  Sql.run(connection, "INSERT INTO t VALUES (3)");
                  return 3;
                });

        server.start();

        assertThat(waiting.get(1, TimeUnit.MINUTES)).isEqualTo(3);
        insert(client, 4);
        assertThat(database.text("SELECT SUM(id) FROM t")).isEqualTo("8");
      }
    }
  }

  /** A task that meets the outage itself may fail with the driver's exception, as it had begun. */
  private static void awaitThatAWorkerHasNoticed(TransactionClient client) {
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () ->
                assertThat(
                        catchThrowable(
                            () ->
                                client.run(
                                    TransactionOptions.defaults().timeout(PATIENCE),
                                    connection -> Sql.run(connection, "SELECT 1"))))
                    .isInstanceOf(TransactionTimeoutException.class));
  }

  private static void insert(TransactionClient client, int id) throws SQLException {
    client.run(connection -> Sql.run(connection, "INSERT INTO t VALUES (" + id + ")"));
  }
}
