package io.cofferdam.functional.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cofferdam.IsolationLevel;
import io.cofferdam.RetryPolicy;
import io.cofferdam.RetryPolicy.Cause;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.TransactionOptions;
import io.cofferdam.functional.OnEveryDatabase;
import io.cofferdam.functional.WithHarmedWorkers;
import io.cofferdam.testing.Attempts;
import io.cofferdam.testing.CutOff;
import io.cofferdam.testing.Gate;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Failures that each database really produces are recognised, and the task is tried again. */
@Tag("any-jdk")
class RetriedFailuresTest extends OnEveryDatabase {

  private Attempts attempts;
  private long retriesBefore;
  private long touchedBefore;

  @Override
  protected TransactionExecutorBuilder configure(TransactionExecutorBuilder builder) {
    return builder.workers(2).warmSpares(1);
  }

  @BeforeEach
  void look() {
    attempts = Attempts.none();
    WithHarmedWorkers.awaitReady(executor, 3);
    retriesBefore = executor.snapshot().retries();
    touchedBefore = executor.snapshot().callersTouched();
  }

  @AfterEach
  void forget() {
    attempts.close();
  }

  private static TransactionOptions retry(Cause... causes) {
    return TransactionOptions.defaults()
        .retry(
            RetryPolicy.attempts(20)
                .backoff(Duration.ofMillis(1), Duration.ofMillis(100))
                .on(causes));
  }

  private void assertRetries(long atLeast) {
    assertThat(executor.snapshot().retries() - retriesBefore).isGreaterThanOrEqualTo(atLeast);
    assertThat(executor.snapshot().callersTouched()).isEqualTo(touchedBefore);
  }

  private String counters() throws SQLException {
    String table = table("id INT PRIMARY KEY, n INT NOT NULL");
    database.run("INSERT INTO " + table + " VALUES (1, 0), (2, 0)");
    return table;
  }

  @Nested
  class ADeadlock {

    @Test
    void isRetriedUntilBothHaveDoneTheirWork() throws Exception {
      String table = counters();
      try (Gate one = Gate.closed();
          Gate two = Gate.closed();
          TransactionClient other = executor.client("other")) {
        CompletableFuture<Object> first = increment(client, table, 1, 2, one, two);
        CompletableFuture<Object> second = increment(other, table, 2, 1, two, one);

        assertThat(first.get(60, TimeUnit.SECONDS)).isEqualTo("done");
        assertThat(second.get(60, TimeUnit.SECONDS)).isEqualTo("done");
      }

      assertThat(database.number("SELECT SUM(n) FROM " + table)).isEqualTo(4);
      assertRetries(1);
    }

    /** Locks a row, and asks for the next when the other task has locked that. */
    private CompletableFuture<Object> increment(
        TransactionClient by, String table, int from, int to, Gate mine, Gate others) {
      String increment = "UPDATE " + table + " SET n = n + 1 WHERE id = ";
      return by.submit(
          retry(Cause.DEADLOCK),
          connection -> {
            Sql.run(connection, increment + from);
            mine.open();
            others.await();
            Sql.run(connection, increment + to);
            return "done";
          });
    }
  }

  @Nested
  class ALockThatIsNotGotInTime {

    /** PostgreSQL waits without a limit unless it is told to; who sets one wants to be told. */
    @Test
    void isRetriedAsADeadlockUnlessSomebodyAskedForIt() throws Exception {
      String table = counters();
      String impatient =
          switch (kind) {
            case POSTGRESQL -> "SET LOCAL lock_timeout = 100";
            case MARIADB -> "SET SESSION innodb_lock_wait_timeout = 1";
            case H2 -> "SET LOCK_TIMEOUT 100";
          };
      Attempts counted = attempts;
      CompletableFuture<Object> waiting;
      try (Connection rival = database.connect()) {
        rival.setAutoCommit(false);
        Sql.run(rival, "UPDATE " + table + " SET n = 10 WHERE id = 1");
        waiting =
            client.submit(
                retry(Cause.DEADLOCK),
                connection -> {
                  counted.begin();
                  Sql.run(connection, impatient, "UPDATE " + table + " SET n = n + 1 WHERE id = 1");
                  return "done";
                });
        if (kind == DatabaseKind.POSTGRESQL) {
          assertThat(waiting)
              .failsWithin(Duration.ofSeconds(60))
              .withThrowableThat()
              .havingCause()
              .isInstanceOfSatisfying(
                  SQLException.class,
                  refusal -> assertThat(refusal.getSQLState()).isEqualTo("55P03"));
          assertThat(attempts.count()).isEqualTo(1);
          return;
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> attempts.count() > 1);
        rival.rollback();
      }

      assertThat(waiting.get(60, TimeUnit.SECONDS)).isEqualTo("done");
      assertThat(database.number("SELECT n FROM " + table + " WHERE id = 1")).isEqualTo(1);
      assertRetries(1);
    }
  }

  @Nested
  class ARowThatHasChangedSinceTheSnapshot {

    @Test
    void isRetriedAsWhatTheDatabaseCallsIt() throws Exception {
      String table = counters();
      TestDatabase beside = database;
      Attempts counted = attempts;
      Cause cause = kind == DatabaseKind.H2 ? Cause.DEADLOCK : Cause.SERIALIZATION_FAILURE;
      String strict =
          kind == DatabaseKind.MARIADB ? "SET SESSION innodb_snapshot_isolation = ON" : "SELECT 1";

      client.run(
          retry(cause).isolation(IsolationLevel.REPEATABLE_READ),
          connection -> {
            Sql.run(connection, strict, "SELECT * FROM " + table);
            if (counted.begin() == 1) {
              beside.run("UPDATE " + table + " SET n = 10 WHERE id = 1");
            }
            Sql.run(connection, "UPDATE " + table + " SET n = n + 1 WHERE id = 1");
          });

      assertThat(attempts.count()).isEqualTo(2);
      assertThat(database.number("SELECT n FROM " + table + " WHERE id = 1")).isEqualTo(11);
      assertRetries(1);
    }
  }

  @Nested
  class ADeadWorker {

    @Test
    void isNotNoticedByTheCaller() throws Exception {
      String table = table();
      Attempts counted = attempts;

      String result =
          client.execute(
              retry(Cause.WORKER_CRASH),
              connection -> {
                Sql.run(connection, "INSERT INTO " + table + " VALUES (1, 'x')");
                if (counted.begin() == 1) {
                  Runtime.getRuntime().halt(1);
                }
                return "done";
              });

      assertThat(result).isEqualTo("done");
      assertThat(attempts.count()).isEqualTo(2);
      assertThat(rows(table)).isEqualTo(1);
      assertRetries(1);
    }
  }

  @Nested
  class ALostConnection {

    @Test
    void isNotNoticedByTheCaller() throws Exception {
      String table = table();
      Attempts counted = attempts;
      CutOff cutOff = new CutOff(database);

      client.run(
          retry(Cause.CONNECTION_LOST),
          connection -> {
            Sql.run(connection, "INSERT INTO " + table + " VALUES (1, 'x')");
            if (counted.begin() == 1) {
              cutOff.session(connection);
            }
            Sql.run(connection, "UPDATE " + table + " SET note = 'y' WHERE id = 1");
          });

      assertThat(attempts.count()).isEqualTo(2);
      assertThat(database.text("SELECT note FROM " + table)).isEqualTo("y");
      assertRetries(1);
    }

    @Test
    void isFoundInWhatTheTaskHasWrapped() throws Exception {
      Attempts counted = attempts;
      CutOff cutOff = new CutOff(database);

      client.run(
          retry(Cause.CONNECTION_LOST),
          connection -> {
            try {
              if (counted.begin() == 1) {
                cutOff.session(connection);
              }
              Sql.run(connection, "SELECT 1");
            } catch (SQLException e) {
              throw new IllegalStateException("cannot read", e);
            }
          });

      assertThat(attempts.count()).isEqualTo(2);
    }
  }
}
