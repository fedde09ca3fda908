package io.cofferdam.functional.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.cofferdam.Outcome;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.TransactionOptions;
import io.cofferdam.TransactionTimeoutException;
import io.cofferdam.functional.OnEveryDatabase;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.process.WorkerProcesses;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A deadline stops the statement, and if that does not help, the process and the session. */
class TimeoutTest extends OnEveryDatabase {

  private static final Duration KILL_GRACE = Duration.ofSeconds(2);
  private static final Duration TIMEOUT = Duration.ofMillis(700);
  private static final TransactionOptions SHORT = TransactionOptions.defaults().timeout(TIMEOUT);

  /** The spare looks in the database what is left when the worker is killed. */
  @Override
  protected TransactionExecutorBuilder configure(TransactionExecutorBuilder builder) {
    return builder.killGrace(KILL_GRACE).warmSpares(1);
  }

  @Nested
  class OfASleepingStatement {

    @Test
    void rollsBackAndStopsTheStatementOnTheServer() throws Exception {
      String table = table();
      String insert = "INSERT INTO " + table + " VALUES (1, 'x')";
      String sleep = kind.sleep(60);
      long session = session();

      assertTimesOut(
          () ->
              client.run(
                  SHORT,
                  connection -> {
                    Sql.run(connection, insert);
                    Sql.text(connection, sleep);
                  }));

      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> assertThat(database.number(kind.sessionIsSleeping(session))).isZero());
      assertThat(rows(table)).isZero();
    }

    @Test
    void keepsTheWorkerBecauseCancellingWasEnough() throws Exception {
      long worker = worker();
      String sleep = kind.sleep(60);

      assertTimesOut(() -> client.run(SHORT, connection -> Sql.text(connection, sleep)));

      assertThat(worker()).isEqualTo(worker);
    }

    @Test
    void leavesNoLock() throws Exception {
      String table = table();
      database.run("INSERT INTO " + table + " VALUES (1, 'free')");
      String update = "UPDATE " + table + " SET note = 'locked' WHERE id = 1";
      String sleep = kind.sleep(60);

      assertTimesOut(
          () ->
              client.run(
                  SHORT,
                  connection -> {
                    Sql.run(connection, update);
                    Sql.text(connection, sleep);
                  }));

      database.run("UPDATE " + table + " SET note = 'mine' WHERE id = 1");
      assertThat(database.text("SELECT note FROM " + table)).isEqualTo("mine");
    }

    @Test
    void rollsBackThoughTheTaskSwallowsTheCancelAndGoesOn() throws Exception {
      String table = table();
      String insert = "INSERT INTO " + table + " VALUES (1, 'after the deadline')";
      String sleep = kind.sleep(60);

      assertTimesOut(
          () ->
              client.run(
                  SHORT,
                  connection -> {
                    try {
                      Sql.text(connection, sleep);
                    } catch (SQLException swallowed) {
                      connection.clearWarnings();
                    }
                    Sql.run(connection, insert);
                  }));

      assertThat(rows(table)).isZero();
    }

    @Test
    void doesNotReachIntoTheNextTask() throws Exception {
      String sleep = kind.sleep(60);
      String nap = kind.sleep(1);
      for (int round = 0; round < 3; round++) {
        assertTimesOut(() -> client.run(SHORT, connection -> Sql.text(connection, sleep)));

        client.run(connection -> Sql.text(connection, nap));
      }
    }

    @Test
    void completesAFutureToo() {
      String sleep = kind.sleep(60);

      CompletableFuture<String> future = client.submit(SHORT, textOf(sleep));

      Throwable thrown = catchThrowable(() -> future.get(30, TimeUnit.SECONDS));
      assertThat(thrown).hasCauseInstanceOf(TransactionTimeoutException.class);
      assertThat(Outcome.of(thrown)).isEqualTo(Outcome.ROLLED_BACK);
    }
  }

  @Nested
  class OfATaskThatWaitsForALock {

    @Test
    void rollsBackAndKeepsTheWorker() throws Exception {
      String table = table();
      database.run("INSERT INTO " + table + " VALUES (1, 'free')");
      long worker = worker();
      String patience =
          switch (kind) {
            case POSTGRESQL -> "SET lock_timeout = 0";
            case MARIADB -> "SET SESSION innodb_lock_wait_timeout = 60";
            case H2 -> "SET LOCK_TIMEOUT 60000";
          };
      String update = "UPDATE " + table + " SET note = 'mine' WHERE id = 1";

      try (var holder = database.connect()) {
        holder.setAutoCommit(false);
        Sql.run(holder, "UPDATE " + table + " SET note = 'held' WHERE id = 1");

        if (kind == DatabaseKind.H2) {
          assertIsKilled(() -> client.run(SHORT, sql(patience, update)));
        } else {
          assertTimesOut(() -> client.run(SHORT, sql(patience, update)));
        }
        holder.commit();
      }

      assertThat(database.text("SELECT note FROM " + table)).isEqualTo("held");
      if (kind != DatabaseKind.H2) {
        // H2 looks for a cancel only when the lock wait is over.
        assertThat(worker()).isEqualTo(worker);
      }
    }
  }

  @Nested
  class OfATaskThatNothingCanInterrupt {

    @Test
    void killsTheWorkerAndEndsItsSession() throws Exception {
      String table = table();
      String insert = "INSERT INTO " + table + " VALUES (1, 'x')";
      long worker = worker();
      long session = session();

      assertIsKilled(
          () ->
              client.run(
                  SHORT,
                  connection -> {
                    Sql.run(connection, insert);
                    spinForever();
                  }));

      assertThat(WorkerProcesses.alive()).extracting(ProcessHandle::pid).doesNotContain(worker);
      assertThat(worker()).isNotEqualTo(worker);
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(database.number(kind.sessionExists(session))).isZero());
      assertThat(rows(table)).isZero();
    }
  }

  @Nested
  class InTheQueue {

    @Test
    void saysThatTheTaskNeverStarted() throws Exception {
      String table = table();
      String nap = kind.sleep(2);
      CompletableFuture<String> running = client.submit(textOf(nap));
      await().atMost(PATIENCE).until(() -> executor.snapshot().busy() == 1);

      TransactionTimeoutException timeout =
          catchThrowableOfType(
              TransactionTimeoutException.class,
              () -> client.run(SHORT, sql("INSERT INTO " + table + " VALUES (1, 'x')")));

      assertThat(timeout).isNotNull();
      assertThat(timeout.outcome()).isEqualTo(Outcome.NOT_STARTED);
      assertThat(timeout.retrySafe()).isTrue();
      assertThat(timeout).hasMessageContaining("queued").hasMessageContaining("busy");
      running.get(30, TimeUnit.SECONDS);
      assertThat(rows(table)).isZero();
    }
  }

  private long session() throws SQLException {
    String query = kind.sessionId();
    return client.execute(connection -> Sql.number(connection, query));
  }

  /** Fails unless the answer is a timeout with a rollback, given within the promised time. */
  private static void assertTimesOut(ThrowingCallable execution) {
    long begun = System.nanoTime();

    TransactionTimeoutException timeout =
        assertRolledBack(TransactionTimeoutException.class, execution);

    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .isBetween(TIMEOUT, TIMEOUT.plus(KILL_GRACE).plusSeconds(1));
    assertThat(timeout.taskId()).isPresent();
  }

  /**
   * Fails unless nothing remains of a task whose worker was killed. It is UNKNOWN until another
   * worker has looked, where a rollback may be incomplete; a slow one looks too late.
   */
  private void assertIsKilled(ThrowingCallable execution) throws Exception {
    if (kind == DatabaseKind.POSTGRESQL) {
      assertTimesOut(execution);
      return;
    }
    TransactionTimeoutException timeout =
        catchThrowableOfType(TransactionTimeoutException.class, execution);

    assertThat(timeout).isNotNull();
    assertThat(timeout.outcome()).isIn(Outcome.ROLLED_BACK, Outcome.UNKNOWN);
    assertThat(timeout.resolution().toCompletableFuture().get(60, TimeUnit.SECONDS))
        .isEqualTo(Outcome.ROLLED_BACK);
  }

  static void spinForever() {
    CountDownLatch never = new CountDownLatch(1);
    while (never.getCount() > 0) {
      Thread.onSpinWait();
    }
  }
}
