package io.cofferdam.internal.executor;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cofferdam.ExecutorSnapshot;
import io.cofferdam.ExecutorSnapshot.WorkerSnapshot;
import io.cofferdam.ExecutorSnapshot.WorkerState;
import io.cofferdam.Outcome;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.WorkerCrashedException;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.Gate;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import io.cofferdam.testkit.process.Kill;
import io.cofferdam.testkit.process.WorkerProcesses;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A pool that becomes larger and smaller while it works loses no task and doubles none. */
@Tag("process")
class ResizeTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String NAME = "resized";

  private final TestDatabase database = Databases.fresh(DatabaseKind.POSTGRESQL);
  private final AtomicInteger ids = new AtomicInteger();

  private @Nullable TransactionExecutor executor;

  @BeforeEach
  void makeTable() throws SQLException {
    database.run("CREATE TABLE t (id INT PRIMARY KEY)");
  }

  @AfterEach
  void assertNothingIsLeft() {
    executor().close();
    WorkerProcesses.awaitNone();
    await("the end of all threads")
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(WorkerProcesses.threads(NAME)).isEmpty());
  }

  /** Starts an executor, and waits until all its workers are ready. */
  private void open(int workers, int spares) {
    executor = builder().workers(workers).warmSpares(spares).build();
    awaitReady(workers + spares);
  }

  private TransactionExecutor executor() {
    return requireNonNull(executor);
  }

  private TransactionExecutorBuilder builder() {
    return TestExecutors.on(database).name(NAME).timeout(PATIENCE);
  }

  private void resize(int workers) {
    ((IsolatedTransactionExecutor) executor()).pool().resize(workers);
  }

  private void awaitReady(int workers) {
    await(workers + " ready workers")
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(executor().snapshot().workers())
                    .hasSize(workers)
                    .extracting(WorkerSnapshot::state)
                    .containsOnly(WorkerState.READY));
    await("as many processes").atMost(PATIENCE).until(() -> alive() == workers);
  }

  /** Waits until there are so many slots, whatever they do, and as many processes at most. */
  private void awaitSlots(int slots) {
    await(slots + " slots")
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(executor().snapshot().workers()).hasSize(slots));
    await("no more processes").atMost(PATIENCE).until(() -> alive() <= slots);
  }

  private static long alive() {
    return WorkerProcesses.alive().size();
  }

  private void awaitBusy(int workers) {
    await(workers + " busy workers")
        .atMost(PATIENCE)
        .until(() -> executor().snapshot().busy() == workers);
  }

  private long spares() {
    return executor().snapshot().workers().stream().filter(WorkerSnapshot::spare).count();
  }

  private List<Integer> numbers() {
    return executor().snapshot().workers().stream()
        .map(worker -> worker.name().replaceFirst(NAME + "-worker-(\\d+).*", "$1"))
        .map(Integer::valueOf)
        .toList();
  }

  /** Submits a task that inserts a row, and returns its process's id once the gate is open. */
  private CompletableFuture<Long> behind(Gate gate, TransactionClient client) {
    int id = ids.incrementAndGet();
    return client.submit(
        connection -> {
          Sql.run(connection, "INSERT INTO t VALUES (" + id + ")");
          gate.await();
          return ProcessHandle.current().pid();
        });
  }

  private long rows() throws SQLException {
    return database.number("SELECT COUNT(*) FROM t");
  }

  /** Callers that insert one row after the other until they are stopped. */
  private final class Load implements AutoCloseable {

    private final List<FutureTask<Integer>> callers = new ArrayList<>();
    private volatile boolean stopped;

    Load(int callers) {
      for (int i = 0; i < callers; i++) {
        TransactionClient client = executor().client("caller-" + i);
        FutureTask<Integer> caller = new FutureTask<>(() -> call(client));
        this.callers.add(caller);
        new Thread(caller, "caller-" + i).start();
      }
    }

    private int call(TransactionClient client) throws SQLException {
      int answered = 0;
      while (!stopped) {
        int id = ids.incrementAndGet();
        client.run(
            connection ->
                Sql.run(connection, "INSERT INTO t VALUES (" + id + ")", "SELECT pg_sleep(0.005)"));
        answered++;
      }
      return answered;
    }

    /** Waits until each caller on average has had so many more answers. */
    void goOn(int each) {
      long until = executor().snapshot().committed() + (long) each * callers.size();
      await("more answers").atMost(PATIENCE).until(() -> executor().snapshot().committed() > until);
    }

    /** Stops the callers; fails if a call failed, or what they were told is not what there is. */
    void assertNothingIsLostOrDoubled() throws Exception {
      stopped = true;
      long answered = 0;
      for (FutureTask<Integer> caller : callers) {
        answered += caller.get();
      }
      assertThat(rows()).isEqualTo(answered);
      assertThat(executor().snapshot())
          .returns(answered, ExecutorSnapshot::committed)
          .returns(answered, ExecutorSnapshot::dispatched)
          .returns(0L, ExecutorSnapshot::failed)
          .returns(0L, ExecutorSnapshot::crashes)
          .returns(0L, ExecutorSnapshot::callersTouched)
          .returns(0, ExecutorSnapshot::queued);
    }

    @Override
    public void close() {
      stopped = true;
    }
  }

  @Nested
  class UnderLoad {

    @Test
    void growsAndUsesTheNewWorkers() throws Exception {
      open(1, 0);
      try (Load load = new Load(6)) {
        load.goOn(2);

        resize(4);

        assertThat(executor().snapshot().configuredWorkers()).isEqualTo(4);
        awaitBusy(4);
        load.goOn(5);
        assertThat(numbers()).containsExactly(1, 2, 3, 4);
        load.assertNothingIsLostOrDoubled();
      }
      awaitReady(4);
      assertThat(executor().snapshot().respawns()).isZero();
    }

    @Test
    void shrinksAndKeepsItsSpare() throws Exception {
      open(4, 1);
      try (Load load = new Load(8)) {
        awaitBusy(4);

        resize(2);

        awaitSlots(3);
        load.goOn(5);
        await("two that take tasks").atMost(PATIENCE).until(() -> spares() == 1);
        assertThat(executor().snapshot().busy()).isLessThanOrEqualTo(2);
        load.assertNothingIsLostOrDoubled();
      }
      awaitReady(3);
      assertThat(numbers()).containsExactly(1, 2, 3);
      assertThat(spares()).isEqualTo(1);
      assertThat(executor().snapshot().configuredWorkers()).isEqualTo(2);
    }

    @Test
    void goesUpAndDownAgainAndAgain() throws Exception {
      open(2, 1);
      try (Load load = new Load(6)) {
        for (int workers : new int[] {4, 1, 3, 1, 2, 4, 1}) {
          resize(workers);
          load.goOn(2);
        }

        awaitSlots(2);
        load.assertNothingIsLostOrDoubled();
      }
      awaitReady(2);
      assertThat(numbers()).containsExactly(1, 2);
      assertThat(spares()).isEqualTo(1);
    }

    @Test
    void endsAtTheLastSizeThatManyThreadsAskFor() throws Exception {
      open(2, 0);
      CyclicBarrier begin = new CyclicBarrier(6);
      Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
      try (Load load = new Load(4)) {
        List<Thread> resizers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
          Thread resizer =
              new Thread(
                  () -> {
                    try {
                      begin.await();
                      for (int n = 0; n < 200; n++) {
                        resize(ThreadLocalRandom.current().nextInt(1, 5));
                      }
                    } catch (Throwable e) {
                      failures.add(e);
                    }
                  },
                  "resizer");
          resizer.start();
          resizers.add(resizer);
        }
        for (Thread resizer : resizers) {
          resizer.join();
        }
        resize(3);

        awaitSlots(3);
        load.goOn(3);
        awaitBusy(3);
        load.assertNothingIsLostOrDoubled();
      }
      assertThat(failures).isEmpty();
      awaitReady(3);
      assertThat(spares()).isZero();
    }
  }

  @Nested
  class WithLongTasks {

    @Test
    void letsEachBusyWorkerFinishItsTaskFirst() throws Exception {
      open(3, 0);
      try (Gate first = Gate.closed();
          Gate later = Gate.closed();
          TransactionClient client = executor().client("client")) {
        List<CompletableFuture<Long>> running =
            List.of(behind(first, client), behind(first, client), behind(first, client));
        awaitBusy(3);
        List<CompletableFuture<Long>> waiting =
            List.of(behind(later, client), behind(later, client));

        resize(1);

        assertThat(executor().snapshot().workers()).hasSize(3);
        assertThat(executor().snapshot().configuredWorkers()).isEqualTo(1);
        assertThat(running).noneMatch(CompletableFuture::isDone);
        first.open();
        long one = running.get(0).get();
        assertThat(List.of(one, running.get(1).get(), running.get(2).get()))
            .doesNotHaveDuplicates();
        awaitSlots(1);
        awaitBusy(1);
        assertThat(executor().snapshot().queued()).isEqualTo(1);
        later.open();
        assertThat(waiting.get(0).get()).isEqualTo(waiting.get(1).get());
      }
      assertThat(rows()).isEqualTo(5);
      assertThat(executor().snapshot().crashes()).isZero();
      assertThat(numbers()).containsExactly(1);
    }

    @Test
    void keepsWhatIsWantedAgainBeforeItHasLeft() throws Exception {
      open(3, 0);
      try (Gate gate = Gate.closed();
          TransactionClient client = executor().client("client")) {
        List<CompletableFuture<Long>> running =
            List.of(behind(gate, client), behind(gate, client), behind(gate, client));
        awaitBusy(3);

        resize(1);
        resize(3);

        assertThat(numbers()).as("no more sessions than were there").containsExactly(1, 2, 3);
        gate.open();
        for (CompletableFuture<Long> task : running) {
          assertThat(task.get()).isPositive();
        }
        awaitReady(3);
        assertThat(numbers()).containsExactly(1, 2, 3);
      }
      assertThat(rows()).isEqualTo(3);
      assertThat(executor().snapshot().crashes()).isZero();
      assertThat(executor().snapshot().respawns()).isZero();
    }

    @Test
    void takesNoNumberOfASlotThatIsLeaving() throws Exception {
      open(2, 0);
      try (Gate gate = Gate.closed();
          TransactionClient client = executor().client("client")) {
        CompletableFuture<Long> first = behind(gate, client);
        CompletableFuture<Long> second = behind(gate, client);
        awaitBusy(2);

        resize(1);
        resize(4);

        assertThat(numbers()).containsExactly(1, 2, 3, 4);
        gate.open();
        assertThat(first.get()).isNotEqualTo(second.get());
        awaitReady(4);
      }
    }

    @Test
    void tellsTheCallerOfAWorkerThatIsKilledWhileItLeaves() throws Exception {
      open(2, 0);
      try (Gate gate = Gate.closed();
          TransactionClient client = executor().client("client")) {
        CompletableFuture<Long> first = behind(gate, client);
        CompletableFuture<Long> second = behind(gate, client);
        awaitBusy(2);
        long leaving = executor().snapshot().workers().get(1).pid();

        resize(1);
        Kill.send("KILL", leaving);

        awaitSlots(1);
        gate.open();
        List<Object> answers = List.of(answerOf(first), answerOf(second));
        assertThat(answers)
            .as("one result, one crash")
            .hasAtLeastOneElementOfType(Long.class)
            .hasAtLeastOneElementOfType(WorkerCrashedException.class);
        assertThat(answers)
            .filteredOn(WorkerCrashedException.class::isInstance)
            .allMatch(crash -> ((WorkerCrashedException) crash).outcome() == Outcome.ROLLED_BACK);
      }
      assertThat(rows()).isEqualTo(1);
      assertThat(executor().snapshot().callersTouched()).isEqualTo(1);
    }
  }

  private static Object answerOf(CompletableFuture<Long> task) throws InterruptedException {
    try {
      return task.get();
    } catch (ExecutionException e) {
      return requireNonNull(e.getCause());
    }
  }

  @Nested
  class WhileIdle {

    @Test
    void leavesOneWorkerAndItsSpare() throws Exception {
      open(3, 1);

      resize(1);

      awaitReady(2);
      await("one that takes tasks").atMost(PATIENCE).until(() -> spares() == 1);
      assertThat(numbers()).containsExactly(1, 2);
      try (TransactionClient client = executor().client("client")) {
        assertThat(client.<Integer, RuntimeException>execute(connection -> 7)).isEqualTo(7);
      }
    }

    @Test
    void hasSparesTakeTasksWhenItGrows() {
      open(1, 1);

      resize(2);

      awaitReady(3);
      await("two that take tasks").atMost(PATIENCE).until(() -> spares() == 1);
    }

    @Test
    void refusesNumbersThatNoPoolMayHave() {
      open(1, 0);

      assertThatThrownBy(() -> resize(0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("0 workers")
          .hasMessageContaining("1 to 1024");
      assertThatThrownBy(() -> resize(1_025)).isInstanceOf(IllegalArgumentException.class);
      assertThat(executor().snapshot().configuredWorkers()).isEqualTo(1);
    }
  }

  @Nested
  class WhileNoWorkerCanStart {

    private void limitConnections(int limit) throws SQLException {
      try (Connection admin = Databases.shared(DatabaseKind.POSTGRESQL).admin(database)) {
        Sql.run(admin, "ALTER ROLE " + database.username() + " CONNECTION LIMIT " + limit);
      }
    }

    @Test
    void goesOnWithThoseThatItHasAndBecomesSmallerAgain() throws Exception {
      open(1, 0);
      limitConnections(1);
      try (Load load = new Load(3)) {
        resize(3);

        await("the reason").atMost(PATIENCE).until(() -> failure() != null);
        assertThat(failure()).contains("cannot connect");
        load.goOn(5);
        resize(1);
        awaitSlots(1);
        load.goOn(5);

        limitConnections(-1);
        resize(2);
        awaitBusy(2);
        load.assertNothingIsLostOrDoubled();
      }
      awaitReady(2);
      assertThat(failure()).isNull();
    }

    private @Nullable String failure() {
      return executor().snapshot().lastStartFailure().orElse(null);
    }
  }

  @Nested
  class WhileClosing {

    @Test
    void answersAllTasksAndLeavesNothing() throws Exception {
      open(2, 1);
      List<CompletableFuture<Long>> tasks = new ArrayList<>();
      FutureTask<Integer> resizing = new FutureTask<>(this::resizeUntilRefused);
      try (Gate gate = Gate.closed();
          TransactionClient client = executor().client("client")) {
        for (int i = 0; i < 12; i++) {
          tasks.add(behind(gate, client));
        }
        awaitBusy(2);
        new Thread(resizing, "resizer").start();
        Thread closer = new Thread(executor()::close, "closer");
        closer.start();
        gate.open();
        closer.join();
      }

      assertThat(resizing.get()).isNotNegative();
      for (CompletableFuture<Long> task : tasks) {
        assertThat(task.get()).isPositive();
      }
      assertThat(rows()).isEqualTo(12);
      assertThat(alive()).isZero();
    }

    /** Returns how often the size could be changed before it was too late. */
    private int resizeUntilRefused() {
      int resized = 0;
      try {
        while (true) {
          resize(1 + resized % 4);
          resized++;
        }
      } catch (IllegalStateException e) {
        assertThat(e).hasMessageContaining("is not running");
      }
      return resized;
    }

    @Test
    void refusesToBeResizedAfterwards() {
      open(1, 0);
      executor().close();

      Callable<Void> late =
          () -> {
            resize(2);
            return null;
          };
      assertThatThrownBy(late::call)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("executor '" + NAME + "' is not running");
      assertThat(alive()).isZero();
    }
  }
}
