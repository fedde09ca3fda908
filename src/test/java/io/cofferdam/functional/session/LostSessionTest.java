package io.cofferdam.functional.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.cofferdam.CommitFailedException;
import io.cofferdam.Outcome;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Collections;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGConnection;

/**
 * Where a transaction ends with its connection, the server may go on with a statement of it, or not
 * have noticed yet: its locks are free all the same when the caller is told.
 */
@Tag("any-jdk")
@Tag("process")
class LostSessionTest {

  private static final int COPIES = 20;

  private static void withWorker(
      TestDatabase database, String url, Consumer<TransactionClient> test) throws SQLException {
    database.run(
        "CREATE TABLE held (id INT PRIMARY KEY, note VARCHAR(10))",
        "INSERT INTO held VALUES (1, 'free')");
    try (TransactionExecutor executor =
            TestExecutors.on(database).jdbcUrl(url).workers(1).warmSpares(0).build();
        TransactionClient client = executor.client("lost")) {
      test.accept(client);
    }
  }

  private static void assertLockableAtOnce(Connection rival) {
    assertThatCode(
            () -> {
              Sql.run(rival, "SELECT note FROM held WHERE id = 1 FOR UPDATE NOWAIT");
              assertThat(Sql.text(rival, "SELECT note FROM held WHERE id = 1")).isEqualTo("free");
              rival.rollback();
            })
        .doesNotThrowAnyException();
  }

  /** The driver closes the connection; nothing but settlement ends the statement in time. */
  @ParameterizedTest
  @EnumSource(names = {"POSTGRESQL", "MARIADB"})
  void endsWithAStatementThatTheDriverGaveUp(DatabaseKind kind) throws Exception {
    TestDatabase database = Databases.fresh(kind);
    boolean postgres = kind == DatabaseKind.POSTGRESQL;
    String url = database.url() + (postgres ? "?socketTimeout=3" : "?socketTimeout=3000");
    String[] statements = {
      postgres ? "SET LOCAL client_connection_check_interval = 0" : "SELECT 1",
      "UPDATE held SET note = 'held' WHERE id = 1",
      postgres ? "SELECT pg_sleep(60)" : "SELECT BENCHMARK(2000000000, MD5('cofferdam'))"
    };
    try (Connection rival = database.connect()) {
      rival.setAutoCommit(false);
      withWorker(
          database,
          url,
          client -> {
            Throwable told =
                catchThrowable(() -> client.run(connection -> Sql.run(connection, statements)));

            assertLockableAtOnce(rival);
            assertThat(told).isInstanceOf(SQLException.class);
            assertThat(Outcome.of(told)).isEqualTo(Outcome.ROLLED_BACK);
          });
    }
  }

  @Test
  void endsWithACopyThatWasLeftOpen() throws Exception {
    TestDatabase database = Databases.fresh(DatabaseKind.POSTGRESQL);
    try (Connection rival = database.connect()) {
      rival.setAutoCommit(false);
      withWorker(
          database,
          database.url(),
          client -> {
            for (int i = 0; i < COPIES; i++) {
              boolean in = i % 2 == 0;

              Throwable told =
                  catchThrowable(() -> client.run(connection -> leaveCopyOpen(connection, in)));

              assertLockableAtOnce(rival);
              assertThat(told)
                  .isInstanceOf(CommitFailedException.class)
                  .hasMessageContaining("COPY was still open");
              assertThat(((CommitFailedException) told).sessionMayBeAlive()).isFalse();
            }
          });
    }
  }

  /** Another connection is needed to end the session of the one that was lost. */
  @Test
  void endsThoughTheTaskHasDeregisteredItsDriver() throws Exception {
    TestDatabase database = Databases.fresh(DatabaseKind.POSTGRESQL);
    withWorker(
        database,
        database.url(),
        client -> {
          Throwable told =
              catchThrowable(
                  () ->
                      client.run(
                          connection -> {
                            for (Driver driver : Collections.list(DriverManager.getDrivers())) {
                              DriverManager.deregisterDriver(driver);
                            }
                            leaveCopyOpen(connection, false);
                          }));

          assertThat(told).isInstanceOf(CommitFailedException.class);
          assertThat(((CommitFailedException) told).sessionMayBeAlive()).isFalse();
        });
  }

  private static void leaveCopyOpen(Connection connection, boolean in) throws SQLException {
    Sql.run(connection, "UPDATE held SET note = 'held' WHERE id = 1");
    PGConnection driver = connection.unwrap(PGConnection.class);
    if (in) {
      driver.getCopyAPI().copyIn("COPY held FROM STDIN");
    } else {
      driver
          .getCopyAPI()
          .copyOut("COPY (SELECT repeat('x', 1000) FROM generate_series(1, 100000)) TO STDOUT");
    }
  }
}
