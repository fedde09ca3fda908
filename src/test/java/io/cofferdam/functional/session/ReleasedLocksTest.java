package io.cofferdam.functional.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.cofferdam.CommitFailedException;
import io.cofferdam.Outcome;
import io.cofferdam.TransactionAction;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionException;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionOptions;
import io.cofferdam.TransactionTimeoutException;
import io.cofferdam.functional.OnEveryDatabase;
import io.cofferdam.functional.WithHarmedWorkers;
import io.cofferdam.testing.Gate;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * When a caller is told that its transaction was rolled back, and that its session is gone, another
 * session can lock its rows at once, whatever the server was executing.
 */
@Tag("any-jdk")
class ReleasedLocksTest extends OnEveryDatabase {

  private String table;
  private Connection rival;

  @BeforeEach
  void makeARow() throws SQLException {
    table = table();
    database.run("INSERT INTO " + table + " VALUES (1, 'free')");
    rival = database.connect();
    rival.setAutoCommit(false);
  }

  @AfterEach
  void closeTheRival() throws SQLException {
    rival.close();
  }

  /** Returns a query that takes about twenty seconds and does not look for a closed connection. */
  private static String longQuery(DatabaseKind kind) {
    return kind == DatabaseKind.MARIADB
        ? "SELECT BENCHMARK(2000000000, MD5('cofferdam'))"
        : kind.sleep(20);
  }

  private static String executing(DatabaseKind kind) {
    return kind == DatabaseKind.MARIADB
        ? "SELECT COUNT(*) FROM information_schema.processlist"
            + " WHERE info LIKE '%BENCHMARK(%' AND id <> CONNECTION_ID()"
        : kind.sleepers();
  }

  /** Changes the row, and leaves a thread inside the long query. */
  static void leaveAThreadInside(Connection connection, TestDatabase beside, String table)
      throws SQLException {
    DatabaseKind kind = beside.kind();
    Sql.run(connection, "UPDATE " + table + " SET note = 'held' WHERE id = 1");
    LeakedThreadTest.start(
        "inside",
        () -> {
          try {
            Sql.run(connection, longQuery(kind));
          } catch (SQLException ended) {
            Thread.currentThread().interrupt();
          }
        });
    try (Connection observer = beside.connect()) {
      while (Sql.number(observer, executing(kind)) == 0) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      }
    }
  }

  private void assertLockableAtOnce() {
    assertThatCode(
            () -> Sql.run(rival, "SELECT note FROM " + table + " WHERE id = 1 FOR UPDATE NOWAIT"))
        .as("locking the row at once")
        .doesNotThrowAnyException();
    assertThatCode(
            () ->
                assertThat(Sql.text(rival, "SELECT note FROM " + table + " WHERE id = 1"))
                    .isEqualTo("free"))
        .doesNotThrowAnyException();
  }

  private <T extends TransactionException> T assertGone(Class<T> type, TransactionAction<?> task) {
    return assertGone(type, TransactionOptions.defaults(), task);
  }

  private <T extends TransactionException> T assertGone(
      Class<T> type, TransactionOptions options, TransactionAction<?> task) {
    return assertRolledBackAndGone(type, catchThrowable(() -> client.run(options, task)));
  }

  private <T extends TransactionException> T assertRolledBackAndGone(
      Class<T> type, Throwable told) {
    assertLockableAtOnce();
    assertThat(told).isInstanceOf(type);
    T reported = type.cast(told);
    assertThat(reported.outcome()).isEqualTo(Outcome.ROLLED_BACK);
    assertThat(reported.sessionMayBeAlive()).isFalse();
    return reported;
  }

  @Nested
  class WithAThreadLeftInsideAStatement {

    @Test
    void ofATaskThatReturns() {
      TestDatabase beside = database;
      String held = table;
      long crashes = executor.snapshot().crashes();

      CommitFailedException told =
          assertGone(
              CommitFailedException.class,
              connection -> leaveAThreadInside(connection, beside, held));

      assertThat(told).hasMessageContaining("still inside a call on its connection").hasNoCause();
      assertThat(executor.snapshot().crashes()).isEqualTo(crashes);
    }

    @Test
    void ofATaskThatThrows() {
      TestDatabase beside = database;
      String held = table;

      CommitFailedException told =
          assertGone(
              CommitFailedException.class,
              connection -> {
                leaveAThreadInside(connection, beside, held);
                throw new IllegalStateException("on purpose");
              });

      assertThat(told)
          .hasMessageContaining("still inside a call on its connection")
          .hasCauseInstanceOf(IllegalStateException.class)
          .hasRootCauseMessage("on purpose");
    }

    @Test
    void ofATaskWhoseResultIsRefused() {
      TestDatabase beside = database;
      String held = table;

      Throwable told =
          catchThrowable(
              () ->
                  client.execute(
                      connection -> {
                        leaveAThreadInside(connection, beside, held);
                        return new Object();
                      }));

      assertThat(assertRolledBackAndGone(CommitFailedException.class, told))
          .hasMessageContaining("still inside a call on its connection");
    }
  }

  @Nested
  class AfterADeadline {

    @Test
    void thatPassesInsideAStatement() {
      String held = table;
      DatabaseKind of = kind;

      assertGone(
          TransactionTimeoutException.class,
          TransactionOptions.defaults().timeout(Duration.ofSeconds(1)),
          connection ->
              Sql.run(
                  connection, "UPDATE " + held + " SET note = 'held' WHERE id = 1", longQuery(of)));
    }

    /** Nothing but the end of the process stops this one, and a spare ends its session. */
    @Test
    void thatPassesInATaskWhichDoesNotStop() {
      String held = table;
      try (Gate gate = Gate.closed();
          TransactionExecutor spared = TestExecutors.on(database).workers(1).warmSpares(1).build();
          TransactionClient of = spared.client("stubborn")) {
        WithHarmedWorkers.awaitReady(spared, 2);

        Throwable told =
            catchThrowable(
                () ->
                    of.run(
                        TransactionOptions.defaults().timeout(Duration.ofSeconds(1)),
                        connection -> {
                          Sql.run(connection, "UPDATE " + held + " SET note = 'held' WHERE id = 1");
                          gate.await();
                        }));

        assertRolledBackAndGone(TransactionTimeoutException.class, told);
      }
    }
  }
}
