package io.cofferdam.functional.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.cofferdam.ExecutorSnapshot.WorkerSnapshot;
import io.cofferdam.Outcome;
import io.cofferdam.TransactionCancelledException;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionException;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.TransactionInterruptedException;
import io.cofferdam.TransactionOptions;
import io.cofferdam.TransactionTimeoutException;
import io.cofferdam.functional.OnOneDatabase;
import io.cofferdam.functional.WithHarmedWorkers;
import io.cofferdam.testing.Sabotage;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A cancel, a deadline or an interrupt stops its own task, and never another one. */
class CancelRaceTest extends OnOneDatabase {

  private static final int ROUNDS = 1_000;
  private static final int LANES = 2;
  private static final String COMMITTED = "committed";
  private static final Duration KILL_GRACE = Duration.ofSeconds(2);

  CancelRaceTest() {
    super(DatabaseKind.POSTGRESQL);
  }

  @Override
  protected TransactionExecutorBuilder configure(TransactionExecutorBuilder builder) {
    return builder.workers(2).warmSpares(0).killGrace(KILL_GRACE);
  }

  @BeforeEach
  void beginAtFullStrength() {
    WithHarmedWorkers.awaitReady(executor, 2);
  }

  @Nested
  class AtRandomMoments {

    @Test
    void hitsNoTaskButItsOwn() throws Exception {
      String table = table();
      List<Long> before = pids();
      List<FutureTask<Map<Integer, String>>> lanes = new ArrayList<>();
      for (int lane = 0; lane < LANES; lane++) {
        int first = lane * ROUNDS;
        lanes.add(new FutureTask<>(() -> race(table, first)));
      }
      lanes.forEach(lane -> new Thread(lane, "lane").start());

      SortedMap<Integer, String> answers = new TreeMap<>();
      for (FutureTask<Map<Integer, String>> lane : lanes) {
        answers.putAll(lane.get());
      }

      Set<Integer> rows = targets(table);
      assertThat(answers).hasSize(LANES * ROUNDS);
      assertThat(answers)
          .as("answers")
          .allSatisfy(
              (id, answer) ->
                  assertThat(answer.equals(COMMITTED))
                      .as("%s: %s", id, answer)
                      .isEqualTo(rows.contains(id)));
      assertThat(answers).containsValue(COMMITTED);
      assertThat(rows).as("tasks that were not cancelled in time").hasSizeLessThan(LANES * ROUNDS);
      assertThat(database.number("SELECT count(*) FROM " + table + " WHERE note = 'victim'"))
          .isEqualTo(LANES * ROUNDS);
      assertThat(pids()).as("the workers").isEqualTo(before);
    }

    private Set<Integer> targets(String table) throws SQLException {
      Set<Integer> ids = new HashSet<>();
      try (Connection connection = database.connect();
          Statement statement = connection.createStatement();
          ResultSet rows =
              statement.executeQuery("SELECT id FROM " + table + " WHERE note = 'target'")) {
        while (rows.next()) {
          ids.add(rows.getInt(1));
        }
      }
      return ids;
    }

    /** Returns what was answered to the tasks that somebody tried to cancel. */
    private Map<Integer, String> race(String table, int first)
        throws SQLException, InterruptedException {
      Random random = new Random(first);
      long typicalNanos = TimeUnit.MILLISECONDS.toNanos(2);
      Map<Integer, String> answers = new HashMap<>();
      try (TransactionClient own = executor.client("lane")) {
        for (int round = 0; round < ROUNDS; round++) {
          int id = 2 * (first + round);
          String insert = "INSERT INTO " + table + " VALUES (";
          long start = System.nanoTime();
          CompletableFuture<Integer> target =
              own.submit(
                  connection -> {
                    Sql.run(
                        connection,
                        insert + id + ", 'target')",
                        "SELECT count(*) FROM generate_series(1, 1000)");
                    return id;
                  });
          CompletableFuture<Integer> victim =
              own.submit(
                  connection -> {
                    Sql.run(connection, insert + (id + 1) + ", 'victim')");
                    return id + 1;
                  });
          long pause = (long) (typicalNanos * 1.3 * random.nextDouble());
          while (System.nanoTime() - start < pause && !target.isDone()) {
            LockSupport.parkNanos(20_000);
          }
          boolean removed = target.cancel(true);
          String answer = answer(target, id, removed);
          answers.put(id, answer);
          if (answer.equals(COMMITTED)) {
            typicalNanos += ((System.nanoTime() - start) - typicalNanos) / 8;
          }
          assertThat(victim.join()).isEqualTo(id + 1);
        }
      }
      return answers;
    }

    private String answer(CompletableFuture<Integer> target, int id, boolean removed)
        throws InterruptedException {
      try {
        assertThat(target.get()).isEqualTo(id);
        assertThat(removed).isFalse();
        return COMMITTED;
      } catch (CancellationException e) {
        assertThat(removed).isTrue();
        return "removed";
      } catch (ExecutionException e) {
        assertThat(removed).isFalse();
        assertThat(e.getCause())
            .isInstanceOfSatisfying(
                TransactionCancelledException.class,
                told -> assertThat(told.outcome()).isIn(Outcome.NOT_STARTED, Outcome.ROLLED_BACK));
        return String.valueOf(e.getCause());
      }
    }
  }

  @Nested
  class OfAQueuedTask {

    @Test
    void removesIt() throws Exception {
      String table = table();
      try (Occupation occupation = new Occupation()) {
        occupation.awaitBusy();
        CompletableFuture<String> queued = client.submit(insert(table));
        assertThat(executor.snapshot().queued()).isEqualTo(1);

        assertThat(queued.cancel(false)).isTrue();

        assertThat(queued).isCancelled();
        assertThat(catchThrowable(queued::join))
            .isInstanceOf(CancellationException.class)
            .satisfies(e -> assertThat(Outcome.of(e)).isEqualTo(Outcome.NOT_STARTED));
        assertThat(executor.snapshot().queued()).isZero();
        assertThat(queued.cancel(false)).as("a second cancel").isFalse();
      }
      assertThat(rows(table)).isZero();
    }

    @Test
    void happensAtItsDeadlineToo() throws Exception {
      String table = table();
      try (Occupation occupation = new Occupation()) {
        occupation.awaitBusy();
        Duration timeout = Duration.ofMillis(300);
        long start = System.nanoTime();

        Throwable told =
            catchThrowable(
                () ->
                    client.execute(TransactionOptions.defaults().timeout(timeout), insert(table)));

        assertThat(elapsed(start)).isBetween(timeout, timeout.plusSeconds(1));
        assertOutcome(TransactionTimeoutException.class, told, Outcome.NOT_STARTED);
      }
      assertThat(rows(table)).isZero();
    }

    @Test
    void happensWhenItsCallerIsInterrupted() throws Exception {
      String table = table();
      try (Occupation occupation = new Occupation()) {
        occupation.awaitBusy();
        Caller caller = new Caller(() -> client.execute(insert(table)));
        await().atMost(PATIENCE).until(() -> executor.snapshot().queued() == 1);

        caller.interrupt();

        assertOutcome(TransactionInterruptedException.class, caller.failure(), Outcome.NOT_STARTED);
        assertThat(caller.keptFlag).isTrue();
        assertThat(executor.snapshot().queued()).isZero();
      }
      assertThat(rows(table)).isZero();
    }
  }

  @Nested
  class OfARunningStatement {

    @Test
    void completesTheFutureWithTheTruthAndKeepsTheWorker() throws Exception {
      String table = table();
      List<Long> before = pids();
      CompletableFuture<String> running = client.submit(insertAndSleep(table, "cancelled"));
      WithHarmedWorkers.awaitWorkerRunning(executor, database, "/* cancelled */");
      long start = System.nanoTime();

      assertThat(running.cancel(true)).isFalse();

      Throwable told = WithHarmedWorkers.failureOf(running);
      assertThat(elapsed(start)).isLessThan(KILL_GRACE);
      assertOutcome(TransactionCancelledException.class, told, Outcome.ROLLED_BACK);
      assertThat(running.isCancelled()).isFalse();
      WithHarmedWorkers.awaitReady(executor, 2);
      assertThat(pids()).isEqualTo(before);
      assertThat(rows(table)).isZero();
    }

    @Test
    void happensAtItsDeadlineToo() throws Exception {
      String table = table();
      List<Long> before = pids();
      Duration timeout = Duration.ofSeconds(1);
      long start = System.nanoTime();

      Throwable told =
          catchThrowable(
              () ->
                  client.execute(
                      TransactionOptions.defaults().timeout(timeout),
                      insertAndSleep(table, "late")));

      assertThat(elapsed(start)).isBetween(timeout, timeout.plus(KILL_GRACE));
      assertOutcome(TransactionTimeoutException.class, told, Outcome.ROLLED_BACK);
      WithHarmedWorkers.awaitReady(executor, 2);
      assertThat(pids()).isEqualTo(before);
      assertThat(rows(table)).isZero();
    }

    @Test
    void happensWhenItsCallerIsInterrupted() throws Exception {
      String table = table();
      List<Long> before = pids();
      Caller caller = new Caller(() -> client.execute(insertAndSleep(table, "interrupted")));
      WithHarmedWorkers.awaitWorkerRunning(executor, database, "/* interrupted */");

      caller.interrupt();

      assertOutcome(TransactionInterruptedException.class, caller.failure(), Outcome.ROLLED_BACK);
      assertThat(caller.keptFlag).isTrue();
      WithHarmedWorkers.awaitReady(executor, 2);
      assertThat(pids()).isEqualTo(before);
      assertThat(rows(table)).isZero();
    }

    @Test
    void endsItsLocks() throws Exception {
      String table = table();
      client.run(sql("INSERT INTO " + table + " VALUES (1, 'x')"));
      CompletableFuture<String> holder =
          client.submit(
              connection -> {
                Sql.run(
                    connection,
                    "UPDATE " + table + " SET note = 'y'",
                    "SELECT pg_sleep(100) /* holds a lock */");
                return "";
              });
      WithHarmedWorkers.awaitWorkerRunning(executor, database, "/* holds a lock */");

      holder.cancel(true);

      client.run(sql("UPDATE " + table + " SET note = 'z'"));
      assertOutcome(
          TransactionCancelledException.class,
          WithHarmedWorkers.failureOf(holder),
          Outcome.ROLLED_BACK);
    }
  }

  @Nested
  class OfATaskThatDoesNotListen {

    @Test
    void killsItsWorkerAfterTheGrace() throws Exception {
      String table = table();
      CompletableFuture<String> running = client.submit(insertAndHang(table, "deaf"));
      WorkerSnapshot worker =
          WithHarmedWorkers.awaitWorkerRunning(executor, database, "/* deaf */");
      long start = System.nanoTime();

      assertThat(running.cancel(true)).isFalse();

      assertOutcome(
          TransactionCancelledException.class,
          WithHarmedWorkers.failureOf(running),
          Outcome.ROLLED_BACK);
      assertThat(elapsed(start)).isBetween(KILL_GRACE, KILL_GRACE.plusSeconds(1));
      WithHarmedWorkers.awaitGone(worker.pid());
      WithHarmedWorkers.awaitReady(executor, 2);
      assertThat(rows(table)).isZero();
    }

    @Test
    void isAnsweredInTimeAfterTheDeadline() throws Exception {
      String table = table();
      Duration timeout = Duration.ofSeconds(1);
      long start = System.nanoTime();

      Throwable told =
          catchThrowable(
              () ->
                  client.execute(
                      TransactionOptions.defaults().timeout(timeout),
                      insertAndHang(table, "deaf too")));

      assertThat(elapsed(start))
          .isBetween(timeout.plus(KILL_GRACE), timeout.plus(KILL_GRACE).plusSeconds(1));
      assertOutcome(TransactionTimeoutException.class, told, Outcome.ROLLED_BACK);
      assertThat(rows(table)).isZero();
    }

    @Test
    void isAnsweredInTimeAfterAnInterrupt() throws Exception {
      String table = table();
      Caller caller = new Caller(() -> client.execute(insertAndHang(table, "deaf as well")));
      WithHarmedWorkers.awaitWorkerRunning(executor, database, "/* deaf as well */");
      long start = System.nanoTime();

      caller.interrupt();

      assertOutcome(TransactionInterruptedException.class, caller.failure(), Outcome.ROLLED_BACK);
      assertThat(elapsed(start)).isLessThan(KILL_GRACE.plusSeconds(1).plusMillis(300));
      assertThat(caller.keptFlag).isTrue();
      assertThat(rows(table)).isZero();
    }
  }

  private static io.cofferdam.TransactionTask<String, SQLException> insert(String table) {
    return connection -> {
      Sql.run(connection, "INSERT INTO " + table + " VALUES (1, 'x')");
      return "inserted";
    };
  }

  private static io.cofferdam.TransactionTask<String, SQLException> insertAndSleep(
      String table, String marker) {
    return connection -> {
      Sql.run(
          connection,
          "INSERT INTO " + table + " VALUES (1, 'x')",
          "SELECT pg_sleep(100) /* " + marker + " */");
      return "slept";
    };
  }

  private static io.cofferdam.TransactionTask<String, SQLException> insertAndHang(
      String table, String marker) {
    return connection -> {
      Sql.run(
          connection, "INSERT INTO " + table + " VALUES (1, 'x')", "SELECT 1 /* " + marker + " */");
      Sabotage.hang();
      return "";
    };
  }

  private List<Long> pids() {
    return executor.snapshot().workers().stream().map(WorkerSnapshot::pid).toList();
  }

  private static Duration elapsed(long startNanos) {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  private static <T extends TransactionException> void assertOutcome(
      Class<T> type, Throwable failure, Outcome outcome) {
    assertThat(failure)
        .isInstanceOfSatisfying(type, told -> assertThat(told.outcome()).isEqualTo(outcome));
  }

  /** Keeps all workers busy. */
  private final class Occupation implements AutoCloseable {

    private final List<Future<String>> tasks = new ArrayList<>();

    Occupation() {
      for (int i = 0; i < 2; i++) {
        tasks.add(
            client.submit(
                connection -> {
                  Sql.run(connection, "SELECT pg_sleep(100)");
                  return "";
                }));
      }
    }

    void awaitBusy() {
      await().atMost(PATIENCE).until(() -> executor.snapshot().busy() == 2);
    }

    @Override
    public void close() {
      tasks.forEach(task -> task.cancel(true));
      await().atMost(PATIENCE).until(() -> tasks.stream().allMatch(Future::isDone));
    }
  }

  /** A thread that executes a task and is interrupted. */
  private static final class Caller {

    private volatile boolean keptFlag;
    private final FutureTask<Throwable> failure;
    private final Thread thread;

    Caller(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
      failure =
          new FutureTask<>(
              () -> {
                Throwable thrown = catchThrowable(call);
                keptFlag = Thread.currentThread().isInterrupted();
                return thrown;
              });
      thread = new Thread(failure, "caller");
      thread.start();
    }

    void interrupt() {
      thread.interrupt();
    }

    Throwable failure() throws InterruptedException, ExecutionException {
      return failure.get();
    }
  }
}
