package io.cofferdam.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.Uninterruptibles;
import io.cofferdam.ExecutorSnapshot.WorkerSnapshot;
import io.cofferdam.ExecutorSnapshot.WorkerState;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionException;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.testing.Sabotage;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import io.cofferdam.testkit.process.Kill;
import io.cofferdam.testkit.process.WorkerProcesses;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Tests that harm workers: on PostgreSQL, with three workers and a warm spare. */
public abstract class WithHarmedWorkers extends OnOneDatabase {

  public static final int WORKERS = 3;
  public static final int SPARES = 1;

  /** What a task does to its worker. */
  public interface Strike extends Serializable {
    void run() throws Exception;
  }

  protected WithHarmedWorkers() {
    this(DatabaseKind.POSTGRESQL);
  }

  protected WithHarmedWorkers(DatabaseKind only) {
    super(only);
  }

  @Override
  protected String[] jvmArguments() {
    return new String[] {Sabotage.JVM_ARGUMENT};
  }

  @Override
  protected TransactionExecutorBuilder configure(TransactionExecutorBuilder builder) {
    return builder.workers(WORKERS).warmSpares(SPARES).workerMaxHeap(64 << 20);
  }

  protected final void awaitFullStrength() {
    awaitReady(executor, WORKERS + SPARES);
  }

  public static void awaitReady(TransactionExecutor executor, int workers) {
    await("all workers to be ready")
        .atMost(PATIENCE.plusSeconds(5L * workers))
        .untilAsserted(
            () -> assertThat(executor.snapshot().ready()).as("%s", executor).isEqualTo(workers));
  }

  /** Waits until a session runs a statement that holds the marker, or has run it last. */
  protected final WorkerSnapshot awaitWorkerRunning(String marker) {
    return awaitWorkerRunning(executor, database, marker);
  }

  public static WorkerSnapshot awaitWorkerRunning(
      TransactionExecutor executor, TestDatabase database, String marker) {
    String name =
        await("a worker that runs " + marker)
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(10))
            .until(() -> sessionRunning(database, marker), found -> !found.isEmpty());
    return executor.snapshot().workers().stream()
        .filter(worker -> worker.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no worker is named " + name));
  }

  private static String sessionRunning(TestDatabase database, String marker) throws SQLException {
    try (Connection connection = database.connect();
        PreparedStatement query =
            connection.prepareStatement(
                "SELECT application_name FROM pg_stat_activity WHERE strpos(query, ?) > 0"
                    + " AND state <> 'idle' AND pid <> pg_backend_pid()")) {
      query.setString(1, marker);
      try (ResultSet rows = query.executeQuery()) {
        return rows.next() ? rows.getString(1) : "";
      }
    }
  }

  protected final WorkerSnapshot idleWorker() {
    return await("an idle worker")
        .atMost(PATIENCE)
        .until(
            () ->
                executor.snapshot().workers().stream()
                    .filter(worker -> worker.state() == WorkerState.READY && !worker.spare())
                    .findFirst(),
            java.util.Optional::isPresent)
        .orElseThrow();
  }

  public static void kill(WorkerSnapshot worker) {
    Kill.send("KILL", worker.pid());
  }

  public static void awaitGone(long pid) {
    await("the end of process " + pid)
        .atMost(PATIENCE)
        .until(() -> WorkerProcesses.commandLine(pid).isEmpty());
  }

  public static Throwable failureOf(Future<?> future) throws InterruptedException {
    try {
      Object result = future.get();
      throw new AssertionError("it did not fail, but returned " + result);
    } catch (ExecutionException e) {
      return e.getCause();
    } catch (CompletionException e) {
      throw new AssertionError(e);
    }
  }

  public static <T extends TransactionException> T failureOf(Class<T> type, Future<?> future)
      throws InterruptedException {
    Throwable failure = failureOf(future);
    assertThat(failure).isInstanceOf(type);
    return type.cast(failure);
  }

  /** Other clients, who work on while something happens to workers, and must not notice. */
  public final class Bystanders implements AutoCloseable {

    private final String table = table();
    private final AtomicInteger answers = new AtomicInteger();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads;
    private volatile boolean ending;

    /** Lets that many of them begin. */
    public Bystanders(int count) throws SQLException {
      threads =
          java.util.stream.IntStream.range(0, count)
              .mapToObj(i -> new Thread(() -> work(i), "bystander-" + i))
              .toList();
      threads.forEach(Thread::start);
      awaitProgress();
    }

    private void work(int number) {
      try (TransactionClient own = executor.client("bystander-" + number)) {
        String into = table;
        for (int i = 0; !ending; i++) {
          int id = number * 1_000_000 + i;
          int answer =
              own.execute(
                  connection -> {
                    Sql.run(connection, "INSERT INTO " + into + " VALUES (" + id + ", 'x')");
                    return id;
                  });
          assertThat(answer).isEqualTo(id);
          answers.incrementAndGet();
        }
      } catch (Throwable e) {
        failures.add(e);
      }
    }

    /** Waits until tasks that start now have been answered. */
    public void awaitProgress() {
      int before = answers.get();
      await("others to be served")
          .atMost(PATIENCE)
          .until(() -> answers.get() > before + threads.size() || !failures.isEmpty());
      assertThat(failures).isEmpty();
    }

    /** Ends them, and fails if anybody noticed anything. */
    @Override
    public void close() throws SQLException {
      ending = true;
      threads.forEach(Uninterruptibles::joinUninterruptibly);
      assertThat(failures).as("what others noticed").isEmpty();
      assertThat(rows(table)).isEqualTo(answers.get());
    }
  }
}
