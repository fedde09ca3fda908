package io.cofferdam.functional.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.cofferdam.Outcome;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.TransactionInterruptedException;
import io.cofferdam.TransactionRejectedException;
import io.cofferdam.TransactionRejectedException.Reason;
import io.cofferdam.functional.OnOneDatabase;
import io.cofferdam.testing.Gate;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A caller that cannot be served is told at once, and one that gives up is let go. */
class RejectionTest extends OnOneDatabase {

  private static final Duration KILL_GRACE = Duration.ofSeconds(2);

  RejectionTest() {
    super(DatabaseKind.H2);
  }

  @Override
  protected TransactionExecutorBuilder configure(TransactionExecutorBuilder builder) {
    return builder.maxQueued(3).maxQueuedPerClient(2).killGrace(KILL_GRACE);
  }

  @Nested
  class AClientName {

    @ParameterizedTest
    @ValueSource(strings = {"teller\n17", "teller\u202817", "teller\u202E71"})
    void withALineBreakOrAnotherOrderIsRefused(String name) {
      assertThatThrownBy(() -> executor.client(name))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("client name", "control character", "index 6");
    }

    @Test
    void thatIsTooLongIsRefused() {
      assertThatThrownBy(() -> executor.client("x".repeat(201)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("client name", "201", "200");
      executor.client("x".repeat(200)).close();
    }
  }

  @Nested
  class AfterAClose {

    @Test
    void theHandleTakesNothingMore() {
      TransactionClient closed = executor.client("closed");
      closed.close();
      closed.close();

      assertRejected(Reason.CLIENT_CLOSED, () -> closed.execute(connection -> 1));
      assertRejected(Reason.CLIENT_CLOSED, () -> closed.submit(connection -> 1));
      assertThat(worker()).isPositive();
    }

    @Test
    void theExecutorTakesNothingMore() {
      TransactionExecutor closed = TestExecutors.on(database).workers(1).warmSpares(0).build();
      TransactionClient orphan = closed.client("orphan");
      closed.close();
      closed.close();

      assertRejected(Reason.EXECUTOR_CLOSED, () -> orphan.execute(connection -> 1));
      assertRejected(Reason.EXECUTOR_CLOSED, () -> orphan.submit(connection -> 1));
      assertRejected(Reason.EXECUTOR_CLOSED, () -> closed.client("late"));
    }
  }

  @Nested
  class WithAFullQueue {

    @Test
    void rejectsTheClientThatHasItsShareAndThenEverybody() throws Exception {
      try (Gate gate = Gate.closed();
          TransactionClient greedy = executor.client("greedy");
          TransactionClient modest = executor.client("modest")) {
        CompletableFuture<Integer> running = occupyTheWorker(gate);
        CompletableFuture<Integer> first = greedy.submit(connection -> 1);
        CompletableFuture<Integer> second = greedy.submit(connection -> 2);

        TransactionRejectedException ofTheClient =
            assertRejected(Reason.CLIENT_QUEUE_FULL, () -> greedy.submit(connection -> 3));
        assertThat(ofTheClient).hasMessageContainingAll("greedy", "maxQueuedPerClient", "2");

        CompletableFuture<Integer> third = modest.submit(connection -> 3);
        TransactionRejectedException ofAll =
            assertRejected(Reason.QUEUE_FULL, () -> modest.submit(connection -> 4));
        assertThat(ofAll).hasMessageContainingAll("maxQueued", "queued=3", "busy=1", "workers=1");

        gate.open();
        assertThat(running.get(30, TimeUnit.SECONDS)).isZero();
        assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(second.get(30, TimeUnit.SECONDS)).isEqualTo(2);
        assertThat(third.get(30, TimeUnit.SECONDS)).isEqualTo(3);
      }
    }

    @Test
    void admitsExecuteAlways() throws Exception {
      try (Gate gate = Gate.closed();
          TransactionClient greedy = executor.client("greedy");
          TransactionClient modest = executor.client("modest")) {
        CompletableFuture<Integer> running = occupyTheWorker(gate);
        CompletableFuture<Integer> first = greedy.submit(connection -> 1);
        CompletableFuture<Integer> second = greedy.submit(connection -> 2);
        CompletableFuture<Integer> third = modest.submit(connection -> 3);
        CompletableFuture<Integer> executed =
            CompletableFuture.supplyAsync(() -> greedy.execute(connection -> 4));
        await().atMost(PATIENCE).until(() -> executor.snapshot().queued() == 4);

        gate.open();

        assertThat(executed.get(30, TimeUnit.SECONDS)).isEqualTo(4);
        CompletableFuture.allOf(running, first, second, third).get(30, TimeUnit.SECONDS);
      }
    }
  }

  @Nested
  class WhenTheCallerIsInterrupted {

    @Test
    void removesItsTaskFromTheQueue() throws Exception {
      String table = table();
      try (Gate gate = Gate.closed()) {
        CompletableFuture<Integer> running = occupyTheWorker(gate);
        Caller caller =
            new Caller(
                () ->
                    client.run(
                        connection ->
                            Sql.run(connection, "INSERT INTO " + table + " VALUES (1, 'x')")));
        await().atMost(PATIENCE).until(() -> executor.snapshot().queued() == 1);

        caller.interrupt();

        caller.assertInterrupted(Outcome.NOT_STARTED);
        assertThat(executor.snapshot().queued()).isZero();
        gate.open();
        assertThat(running.get(30, TimeUnit.SECONDS)).isZero();
      }
      worker();
      assertThat(rows(table)).isZero();
    }

    @Test
    void stopsItsRunningTask() throws Exception {
      String table = table();
      long worker = worker();
      String sleep = kind.sleep(60);
      Caller caller =
          new Caller(
              () ->
                  client.run(
                      connection -> {
                        Sql.run(connection, "INSERT INTO " + table + " VALUES (1, 'x')");
                        Sql.text(connection, sleep);
                      }));
      await().atMost(PATIENCE).until(() -> executor.snapshot().busy() == 1);

      long interrupted = System.nanoTime();
      caller.interrupt();

      caller.assertInterrupted(Outcome.ROLLED_BACK);
      assertThat(Duration.ofNanos(System.nanoTime() - interrupted))
          .isLessThan(KILL_GRACE.plusSeconds(2));
      assertThat(rows(table)).isZero();
      assertThat(worker()).isEqualTo(worker);
    }

    @Test
    void givesTheResultIfTheTaskCommitsAllTheSame() throws Exception {
      String table = table();
      try (Gate gate = Gate.closed()) {
        Caller caller =
            new Caller(
                () ->
                    client.run(
                        connection -> {
                          Sql.run(connection, "INSERT INTO " + table + " VALUES (1, 'x')");
                          gate.await();
                        }));
        await().atMost(PATIENCE).until(() -> executor.snapshot().busy() == 1);

        caller.interrupt();
        gate.open();

        caller.awaitEnd();
        assertThat(caller.flagWasSet).isTrue();
        Throwable thrown = caller.thrown.get();
        assertThat(rows(table)).isEqualTo(thrown == null ? 1 : 0);
        if (thrown != null) {
          assertThat(thrown).isInstanceOf(TransactionInterruptedException.class);
          assertThat(Outcome.of(thrown)).isEqualTo(Outcome.ROLLED_BACK);
        }
      }
    }

    @Test
    void tellsTheTruthIfItWasInterruptedBefore() throws Exception {
      String table = table();
      String insert = "INSERT INTO " + table + " VALUES (1, 'x')";
      Caller caller =
          new Caller(
              () -> {
                Thread.currentThread().interrupt();
                client.run(connection -> Sql.run(connection, insert));
              });

      caller.awaitEnd();

      assertThat(caller.flagWasSet).isTrue();
      assertThat(rows(table)).isEqualTo(caller.thrown.get() == null ? 1 : 0);
    }
  }

  /** A thread that calls and can be interrupted. */
  private static final class Caller {
    final AtomicReference<Throwable> thrown = new AtomicReference<>();
    final AtomicBoolean flagWasSet = new AtomicBoolean();
    private final Thread thread;

    Caller(ThrowingCallable call) {
      thread =
          new Thread(
              () -> {
                thrown.set(catchThrowable(call));
                flagWasSet.set(Thread.currentThread().isInterrupted());
              },
              "caller");
      thread.start();
    }

    void interrupt() {
      thread.interrupt();
    }

    void awaitEnd() {
      await().atMost(Duration.ofSeconds(30)).until(() -> !thread.isAlive());
    }

    void assertInterrupted(Outcome outcome) {
      awaitEnd();
      assertThat(thrown.get()).isInstanceOf(TransactionInterruptedException.class);
      assertThat(Outcome.of(thrown.get())).isEqualTo(outcome);
      assertThat(flagWasSet).as("the interrupt flag").isTrue();
    }
  }

  private CompletableFuture<Integer> occupyTheWorker(Gate gate) {
    CompletableFuture<Integer> running =
        client.submit(
            connection -> {
              gate.await();
              return 0;
            });
    await().atMost(PATIENCE).until(() -> executor.snapshot().busy() == 1);
    return running;
  }

  private static TransactionRejectedException assertRejected(Reason reason, ThrowingCallable call) {
    TransactionRejectedException rejection =
        catchThrowableOfType(TransactionRejectedException.class, call);
    assertThat(rejection).as("rejection").isNotNull();
    assertThat(rejection.reason()).isEqualTo(reason);
    assertThat(rejection.outcome()).isEqualTo(Outcome.NOT_STARTED);
    assertThat(rejection.retrySafe()).isTrue();
    return rejection;
  }
}
