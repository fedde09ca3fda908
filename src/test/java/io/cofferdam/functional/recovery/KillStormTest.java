package io.cofferdam.functional.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cofferdam.ExecutorSnapshot;
import io.cofferdam.ExecutorSnapshot.WorkerSnapshot;
import io.cofferdam.ExecutorSnapshot.WorkerState;
import io.cofferdam.Outcome;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.WorkerCrashedException;
import io.cofferdam.functional.WithHarmedWorkers;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import io.cofferdam.testkit.process.WorkerProcesses;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Many clients work while one worker after the other is killed. A ledger in the database is the
 * judge of what they were told.
 */
@Tag("process")
class KillStormTest {

  private static final Logger log = LoggerFactory.getLogger(KillStormTest.class);

  private static final String NAME = "storm";
  private static final int WORKERS = 24;
  private static final int SPARES = 1;
  private static final int CLIENTS = 64;
  private static final int TASKS_PER_CLIENT = Integer.getInteger("cofferdam.storm.tasks", 100);
  private static final int TASKS = CLIENTS * TASKS_PER_CLIENT;
  private static final long KILL_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final Duration TIMEOUT = Duration.ofMinutes(10);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final TestDatabase database = Databases.fresh(DatabaseKind.POSTGRESQL);
  private final AtomicReferenceArray<Outcome> told = new AtomicReferenceArray<>(TASKS);
  private final AtomicInteger answers = new AtomicInteger();
  private final AtomicInteger crashesTold = new AtomicInteger();
  private final Queue<Throwable> wrong = new ConcurrentLinkedQueue<>();

  /** What this JVM holds. */
  private record Holdings(int descriptors, int threads, long heap) {

    static Holdings now() {
      for (int i = 0; i < 3; i++) {
        System.gc();
      }
      return new Holdings(
          WorkerProcesses.openDescriptors(),
          Thread.activeCount(),
          ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
  }

  @Test
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void everyAnswerIsTrue() throws Exception {
    database.run("CREATE TABLE ledger (id INT PRIMARY KEY)");
    warmUp();
    Holdings before = Holdings.now();

    Kills kills;
    ExecutorSnapshot end;
    Set<String> recorders;
    try (TransactionExecutor executor = open()) {
      WithHarmedWorkers.awaitReady(executor, WORKERS + SPARES);
      recorders = WorkerProcesses.recorderPrefixes();
      long start = System.nanoTime();
      kills = storm(executor);
      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
      WithHarmedWorkers.awaitReady(executor, WORKERS + SPARES);
      end = executor.snapshot();
      log.info(
          "{} answers in {} s, {} kills of which {} may have hit a task, {} callers touched, {}",
          answers,
          seconds,
          kills.all,
          kills.busy,
          crashesTold,
          end);
    }

    assertThat(wrong).as("answers that are no answers").isEmpty();
    assertThat(answers).hasValue(TASKS);
    assertLedgerAgrees();
    assertThat(kills.all).isPositive();
    assertThat(crashesTold.get()).isLessThanOrEqualTo(kills.busy);
    assertThat(end.callersTouched()).isEqualTo(crashesTold.get());
    assertThat(end.committed() + end.failed()).isEqualTo(TASKS);
    assertThat(end.queued()).isZero();
    assertNothingIsLeft(before);
    assertThat(recorders).as("where the flight recorders were").hasSize(1);
    assertThat(WorkerProcesses.recorderFiles(recorders)).isEmpty();
    assertThat(WorkerProcesses.recorderPrefixes()).as("recorders still open").isEmpty();
  }

  private TransactionExecutor open() {
    return TestExecutors.on(database)
        .name(NAME)
        .workers(WORKERS)
        .warmSpares(SPARES)
        .workerMaxHeap(32 << 20)
        .timeout(TIMEOUT)
        .build();
  }

  /** Loads and starts what a JVM keeps after its first executor. */
  private void warmUp() {
    try (TransactionExecutor executor =
            TestExecutors.on(database).name(NAME).workers(1).warmSpares(0).build();
        TransactionClient client = executor.client("warm-up")) {
      client.submit(connection -> Sql.number(connection, "SELECT 1")).join();
    }
  }

  private Kills storm(TransactionExecutor executor) throws InterruptedException {
    List<Thread> clients =
        IntStream.range(0, CLIENTS)
            .mapToObj(number -> new Thread(() -> work(executor, number), "client-" + number))
            .toList();
    clients.forEach(Thread::start);
    Kills kills = new Kills(executor);
    Thread killer = new Thread(kills, "killer");
    killer.start();
    for (Thread client : clients) {
      client.join();
    }
    kills.over.set(true);
    killer.join();
    return kills;
  }

  private void work(TransactionExecutor executor, int number) {
    try (TransactionClient client = executor.client("client-" + number)) {
      for (int i = 0; i < TASKS_PER_CLIENT; i++) {
        int id = number * TASKS_PER_CLIENT + i;
        told.set(id, insert(client, id));
        answers.incrementAndGet();
      }
    } catch (Throwable e) {
      wrong.add(e);
    }
  }

  private Outcome insert(TransactionClient client, int id) throws SQLException {
    try {
      int answer =
          client.execute(
              connection -> {
                try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO ledger VALUES (?)")) {
                  insert.setInt(1, id);
                  insert.executeUpdate();
                }
                return id;
              });
      assertThat(answer).as("an answer to another task").isEqualTo(id);
      return Outcome.COMMITTED;
    } catch (WorkerCrashedException e) {
      assertThat(e.crashReport().client()).isEqualTo(client.name());
      crashesTold.incrementAndGet();
      return e.outcome();
    }
  }

  private void assertLedgerAgrees() throws SQLException {
    BitSet rows = new BitSet(TASKS);
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet ids = statement.executeQuery("SELECT id FROM ledger")) {
      while (ids.next()) {
        rows.set(ids.getInt(1));
      }
    }
    for (int id = 0; id < TASKS; id++) {
      switch (told.get(id)) {
        case COMMITTED -> assertThat(rows.get(id)).as("row of task %s", id).isTrue();
        case NOT_STARTED, ROLLED_BACK ->
            assertThat(rows.get(id)).as("row of rolled back task %s", id).isFalse();
        case UNKNOWN -> {}
      }
    }
  }

  private void assertNothingIsLeft(Holdings before) {
    assertThat(WorkerProcesses.alive()).isEmpty();
    WorkerProcesses.awaitNone();
    await("descriptors and threads to be given back")
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              Holdings after = Holdings.now();
              assertThat(after.descriptors()).isLessThanOrEqualTo(before.descriptors() + 2);
              assertThat(after.threads()).isLessThanOrEqualTo(before.threads() + 2);
              assertThat(after.heap()).isLessThan(before.heap() + (8 << 20));
            });
    assertThat(WorkerProcesses.threads(NAME)).isEmpty();
    await("the end of all sessions")
        .atMost(PATIENCE)
        .until(
            () ->
                database.number(
                        "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE '"
                            + NAME
                            + "-%'")
                    == 0);
  }

  /**
   * Kills the worker of a slot at random every so often, unless that is still starting: starts are
   * what a storm has too few of, and one that is killed leaves nothing to judge.
   */
  private static final class Kills implements Runnable {

    private final TransactionExecutor executor;
    private final AtomicBoolean over = new AtomicBoolean();
    private final Random random = new Random(1);
    private int all;
    private int busy;

    Kills(TransactionExecutor executor) {
      this.executor = executor;
    }

    @Override
    public void run() {
      long next = System.nanoTime();
      while (!over.get()) {
        next += KILL_EVERY_NANOS;
        LockSupport.parkNanos(next - System.nanoTime());
        killOne();
      }
    }

    /** A worker that had a process before and after and was a spare had no task. */
    private void killOne() {
      List<WorkerSnapshot> workers = executor.snapshot().workers();
      int slot = random.nextInt(workers.size());
      WorkerSnapshot victim = workers.get(slot);
      if (victim.pid() < 0 || victim.state() == WorkerState.STARTING) {
        return;
      }
      ProcessHandle.of(victim.pid())
          .filter(WorkerProcesses::isWorker)
          .ifPresent(
              process -> {
                if (process.destroyForcibly()) {
                  all++;
                  if (!victim.spare()) {
                    busy++;
                  }
                }
              });
    }
  }
}
