package io.cofferdam.functional.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.cofferdam.IsolationLevel;
import io.cofferdam.Outcome;
import io.cofferdam.OutcomeTracking;
import io.cofferdam.RetryPolicy;
import io.cofferdam.RetryPolicy.Cause;
import io.cofferdam.TransactionAction;
import io.cofferdam.TransactionCancelledException;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionException;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.TransactionInterruptedException;
import io.cofferdam.TransactionOptions;
import io.cofferdam.TransactionTimeoutException;
import io.cofferdam.WorkerCrashedException;
import io.cofferdam.functional.OnOneDatabase;
import io.cofferdam.functional.WithHarmedWorkers;
import io.cofferdam.testing.Attempts;
import io.cofferdam.testing.Gate;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How a task goes on after an attempt that has failed, and what its caller is told. */
@Tag("any-jdk")
class RetriesTest extends OnOneDatabase {

  private static final RetryPolicy SOON =
      RetryPolicy.attempts(3).backoff(Duration.ofMillis(1), Duration.ofMillis(20));

  /** Its backoff hardly ever ends within a test. */
  private static final TransactionOptions IN_DAYS =
      TransactionOptions.defaults()
          .timeout(TransactionOptions.MAX_TIMEOUT)
          .retry(RetryPolicy.attempts(3).backoff(Duration.ofDays(7), Duration.ofDays(7)));

  private Attempts attempts;
  private long retriesBefore;

  RetriesTest() {
    super(DatabaseKind.POSTGRESQL);
  }

  @Override
  protected TransactionExecutorBuilder configure(TransactionExecutorBuilder builder) {
    return builder.workers(2).warmSpares(1);
  }

  @BeforeEach
  void look() {
    attempts = Attempts.none();
    WithHarmedWorkers.awaitReady(executor, 3);
    retriesBefore = executor.snapshot().retries();
  }

  @AfterEach
  void forget() {
    attempts.close();
  }

  private long retries() {
    return executor.snapshot().retries() - retriesBefore;
  }

  private static TransactionOptions soon() {
    return TransactionOptions.defaults().retry(SOON);
  }

  /** Returns a task that always fails as if its connection were lost, with the attempt's number. */
  private TransactionAction<SQLException> failing() {
    Attempts counted = attempts;
    return connection -> {
      throw new SQLException("attempt " + counted.begin(), "08006");
    };
  }

  private void awaitBackoff() {
    await("the first attempt to have failed").atMost(PATIENCE).until(() -> retries() == 1);
  }

  @Nested
  class ASerializationFailure {

    @Test
    void isRetriedUntilBothClientsHaveDoneTheirWork() throws Exception {
      String table = table("id INT PRIMARY KEY, n BIGINT NOT NULL");
      try (Gate one = Gate.closed();
          Gate two = Gate.closed();
          TransactionClient other = executor.client("other")) {
        CompletableFuture<Object> first = insertCount(client, table, 1, one, two);
        CompletableFuture<Object> second = insertCount(other, table, 2, two, one);

        assertThat(first.get(60, TimeUnit.SECONDS)).isEqualTo("done");
        assertThat(second.get(60, TimeUnit.SECONDS)).isEqualTo("done");
      }

      assertThat(database.text("SELECT string_agg(n::text, ',' ORDER BY n) FROM " + table))
          .as("as if one had come after the other")
          .isEqualTo("0,1");
      assertThat(retries()).isPositive();
    }

    private CompletableFuture<Object> insertCount(
        TransactionClient by, String table, int id, Gate mine, Gate others) {
      return by.submit(
          soon().isolation(IsolationLevel.SERIALIZABLE),
          connection -> {
            long count = Sql.number(connection, "SELECT count(*) FROM " + table);
            mine.open();
            others.await();
            Sql.run(connection, "INSERT INTO " + table + " VALUES (" + id + ", " + count + ")");
            return "done";
          });
    }

    @Test
    void isRetriedWhenOnlyTheCommitFails() throws Exception {
      String table = table("id INT PRIMARY KEY, n INT NOT NULL");
      database.run("INSERT INTO " + table + " VALUES (1, 0), (2, 0)");
      TestDatabase beside = database;
      Attempts counted = attempts;
      try (TransactionExecutor plain =
              TestExecutors.on(database)
                  .name("plain")
                  .workers(1)
                  .outcomeTracking(OutcomeTracking.NONE)
                  .build();
          TransactionClient teller = plain.client("teller")) {
        teller.run(
            soon().isolation(IsolationLevel.SERIALIZABLE),
            connection -> {
              Sql.run(
                  connection,
                  "SELECT n FROM " + table + " WHERE id = 1",
                  "UPDATE " + table + " SET n = n + 1 WHERE id = 2");
              if (counted.begin() == 1) {
                readTheSecondAndChangeTheFirst(beside, table);
              }
            });

        assertThat(plain.snapshot().retries()).isEqualTo(1);
        assertThat(plain.snapshot().failed()).isZero();
        assertThat(plain.snapshot().committed()).isEqualTo(1);
      }
      assertThat(attempts.count()).isEqualTo(2);
      assertThat(database.number("SELECT sum(n) FROM " + table)).isEqualTo(2);
    }

    private static void readTheSecondAndChangeTheFirst(TestDatabase database, String table)
        throws SQLException {
      try (Connection rival = database.connect()) {
        rival.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
        rival.setAutoCommit(false);
        Sql.run(
            rival,
            "SELECT n FROM " + table + " WHERE id = 2",
            "UPDATE " + table + " SET n = n + 1 WHERE id = 1");
        rival.commit();
      }
    }
  }

  @Nested
  class WhenTheAttemptsAreUsedUp {

    @Test
    void theLastFailureHasTheEarlierOnesSuppressed() {
      long failed = executor.snapshot().failed();

      Throwable last =
          catchThrowableOfType(SQLException.class, () -> client.run(soon(), failing()));

      assertThat(last).hasMessage("attempt 3");
      assertThat(last.getSuppressed())
          .extracting(Throwable::getMessage)
          .containsExactly("attempt 1", "attempt 2");
      assertThat(Outcome.of(last)).isEqualTo(Outcome.ROLLED_BACK);
      assertThat(attempts.count()).isEqualTo(3);
      assertThat(retries()).isEqualTo(2);
      assertThat(executor.snapshot().failed()).isEqualTo(failed + 1);
    }

    @Test
    void aFutureSaysTheSame() {
      Attempts counted = attempts;
      CompletableFuture<Object> future =
          client.submit(
              soon(),
              connection -> {
                throw new SQLException("attempt " + counted.begin(), "08006");
              });

      ExecutionException thrown = catchThrowableOfType(ExecutionException.class, future::get);

      Throwable last = thrown.getCause();
      assertThat(last).isInstanceOf(SQLException.class);
      assertThat(last.getMessage()).isEqualTo("attempt 3");
      assertThat(last.getSuppressed())
          .extracting(Throwable::getMessage)
          .containsExactly("attempt 1", "attempt 2");
    }

    @Test
    void crashesAreAmongTheSuppressed() {
      Attempts counted = attempts;
      long touched = executor.snapshot().callersTouched();

      Throwable last =
          catchThrowable(
              () ->
                  client.run(
                      soon(),
                      connection -> {
                        if (counted.begin() < 2) {
                          Runtime.getRuntime().halt(7);
                        }
                        throw new IllegalArgumentException("no such account");
                      }));

      assertThat(last).isInstanceOf(IllegalArgumentException.class);
      assertThat(last.getSuppressed())
          .singleElement()
          .isInstanceOfSatisfying(
              WorkerCrashedException.class,
              crash -> assertThat(crash.crashReport().exitCode()).hasValue(7));
      assertThat(executor.snapshot().callersTouched()).isEqualTo(touched);
    }

    @Test
    void aLastCrashTouchesItsCaller() {
      long touched = executor.snapshot().callersTouched();

      WorkerCrashedException last =
          assertRolledBack(
              WorkerCrashedException.class,
              () ->
                  client.run(
                      TransactionOptions.defaults().retry(RetryPolicy.attempts(2)),
                      connection -> Runtime.getRuntime().halt(7)));

      assertThat(last.getSuppressed()).hasSize(1);
      assertThat(retries()).isEqualTo(1);
      assertThat(executor.snapshot().callersTouched()).isEqualTo(touched + 1);
    }
  }

  @Nested
  class ThereIsNoRetry {

    @Test
    void withoutAPolicy() {
      assertOneAttempt(TransactionOptions.defaults(), failing());
    }

    @Test
    void afterOtherCausesThanThePolicys() {
      assertOneAttempt(soon().retry(SOON.on(Cause.DEADLOCK, Cause.WORKER_CRASH)), failing());
    }

    @Test
    void afterTheTasksOwnFailure() {
      Attempts counted = attempts;

      assertOneAttempt(
          soon(),
          connection -> {
            counted.begin();
            throw new IllegalStateException("no such account");
          });
    }

    @Test
    void afterAStatementThatIsSimplyWrong() {
      Attempts counted = attempts;

      assertOneAttempt(
          soon(),
          connection -> {
            counted.begin();
            Sql.run(connection, "SELECT * FROM nowhere");
          });
    }

    @Test
    void ifItWouldBeginAfterTheDeadline() {
      long start = System.nanoTime();

      assertOneAttempt(IN_DAYS.timeout(Duration.ofSeconds(20)), failing());

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }

    private void assertOneAttempt(TransactionOptions options, TransactionAction<?> action) {
      Throwable thrown = catchThrowable(() -> client.run(options, action));

      assertThat(thrown).isNotNull().hasNoSuppressedExceptions();
      assertThat(attempts.count()).isEqualTo(1);
      assertThat(retries()).isZero();
    }
  }

  @Nested
  class BetweenTwoAttempts {

    @Test
    void aCancelActsAtOnce() throws Exception {
      Attempts counted = attempts;
      CompletableFuture<Object> future =
          client.submit(
              IN_DAYS,
              connection -> {
                throw new SQLException("attempt " + counted.begin(), "08006");
              });
      awaitBackoff();
      assertThat(executor.snapshot().queued()).isEqualTo(1);

      assertThat(future.cancel(true)).isTrue();

      CancellationException thrown = catchThrowableOfType(CancellationException.class, future::get);
      assertThat(Outcome.of(thrown)).isEqualTo(Outcome.ROLLED_BACK);
      assertThat(madeByTheFuture(thrown).getSuppressed()[0].getSuppressed())
          .singleElement()
          .isInstanceOf(SQLException.class);
      assertThat(executor.snapshot().queued()).isZero();
      assertThat(attempts.count()).isEqualTo(1);
    }

    /** Newer JDKs wrap what the future was completed with once more, in {@code get}. */
    private static Throwable madeByTheFuture(CancellationException thrown) {
      Throwable cause = thrown.getCause();
      return cause == null ? thrown : cause;
    }

    @Test
    void anInterruptActsAtOnce() throws Exception {
      AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
      TransactionAction<SQLException> failing = failing();
      Thread caller =
          new Thread(() -> thrown.set(catchThrowable(() -> client.run(IN_DAYS, failing))));
      caller.start();
      awaitBackoff();

      caller.interrupt();

      caller.join(PATIENCE.toMillis());
      assertThat(thrown.get())
          .isInstanceOfSatisfying(
              TransactionInterruptedException.class,
              e -> {
                assertThat(e.outcome()).isEqualTo(Outcome.ROLLED_BACK);
                assertThat(e).hasMessageContaining("it was rolled back");
                assertThat(e.getSuppressed()).singleElement().isInstanceOf(SQLException.class);
              });
    }

    @Test
    void theEndOfTheClientHandleActsAtOnce() {
      TransactionClient passing = executor.client("passing");
      CompletableFuture<Object> future = submitFailing(passing, IN_DAYS);
      awaitBackoff();

      passing.close();

      assertStopped(TransactionCancelledException.class, future);
    }

    @Test
    void theEndOfTheExecutorActsAfterTheShutdownTimeout() {
      TransactionExecutor passing =
          TestExecutors.on(database)
              .name("passing")
              .workers(1)
              .warmSpares(0)
              .shutdownTimeout(Duration.ofMillis(100))
              .build();
      CompletableFuture<Object> future = submitFailing(passing.client("teller"), IN_DAYS);
      await().atMost(PATIENCE).until(() -> passing.snapshot().retries() == 1);

      passing.close();

      assertStopped(TransactionCancelledException.class, future);
    }

    @Test
    void theDeadlineMayPassWhileAllWorkersAreBusy() {
      try (TransactionExecutor narrow =
              TestExecutors.on(database).name("narrow").workers(1).warmSpares(0).build();
          TransactionClient teller = narrow.client("teller");
          Gate gate = Gate.closed()) {
        CompletableFuture<Object> future =
            submitFailing(
                teller,
                TransactionOptions.defaults()
                    .timeout(Duration.ofSeconds(3))
                    .retry(
                        RetryPolicy.attempts(2)
                            .backoff(Duration.ofMillis(500), Duration.ofMillis(500))));
        CompletableFuture<Object> blocking =
            narrow
                .client("blocking")
                .submit(
                    connection -> {
                      gate.await();
                      return "done";
                    });

        assertStopped(TransactionTimeoutException.class, future);
        gate.open();
        assertThat(blocking.join()).isEqualTo("done");
      }
    }

    private CompletableFuture<Object> submitFailing(
        TransactionClient by, TransactionOptions options) {
      Attempts counted = attempts;
      return by.submit(
          options,
          connection -> {
            throw new SQLException("attempt " + counted.begin(), "08006");
          });
    }

    private <T extends TransactionException> void assertStopped(
        Class<T> type, CompletableFuture<Object> future) {
      ExecutionException thrown =
          catchThrowableOfType(ExecutionException.class, () -> future.get(60, TimeUnit.SECONDS));
      assertThat(thrown.getCause())
          .isInstanceOfSatisfying(
              type,
              e -> {
                assertThat(e.outcome()).isEqualTo(Outcome.ROLLED_BACK);
                assertThat(e.getSuppressed()).singleElement().isInstanceOf(SQLException.class);
              });
      assertThat(attempts.count()).isEqualTo(1);
    }
  }

  @Nested
  class TasksWithTheSameKey {

    @Test
    void runOneAfterTheOther() throws Exception {
      Attempts counted = attempts;
      TransactionOptions payment = TransactionOptions.defaults().idempotencyKey("payment-17");
      try (Gate gate = Gate.closed();
          TransactionExecutor keeping =
              configure(TestExecutors.on(database).name("keeping"))
                  .outcomeTracking(OutcomeTracking.LEDGER)
                  .build();
          TransactionClient one = keeping.client("one");
          TransactionClient other = keeping.client("other")) {
        CompletableFuture<Integer> first =
            one.submit(
                payment,
                connection -> {
                  int number = counted.begin();
                  gate.await();
                  return number;
                });
        await().atMost(PATIENCE).until(() -> attempts.count() == 1);
        CompletableFuture<Integer> second = other.submit(payment, connection -> counted.begin());
        CompletableFuture<String> without = other.submit(connection -> "not held");

        assertThat(without.get(60, TimeUnit.SECONDS)).isEqualTo("not held");
        assertThat(second).isNotDone();
        assertThat(attempts.count()).isEqualTo(1);
        gate.open();
        assertThat(first.get(60, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(second.get(60, TimeUnit.SECONDS)).as("the stored result").isEqualTo(1);
        assertThat(attempts.count()).isEqualTo(1);
      }
    }
  }
}
