package io.cofferdam.faults;

import static org.awaitility.Awaitility.await;

import io.cofferdam.ExecutorSnapshot.WorkerState;
import io.cofferdam.Outcome;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.TransactionOptions;
import io.cofferdam.internal.worker.failpoint.Failpoint;
import io.cofferdam.internal.worker.failpoint.Failpoints;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.Sabotage;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.DatabaseServer;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.io.FileUtils;

/** One database with an executor on it, on which the cells of the fault matrix are run. */
final class FaultBench implements AutoCloseable {

  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final int WORKERS = 2;
  private static final int SPARES = 1;
  private static final int TASKS = 6;
  private static final int ATTEMPTS = 3;
  private static final int CRASHES_PER_EXECUTOR = 25;
  private static final Duration DEADLINE = Duration.ofSeconds(3);

  private final DatabaseKind kind;
  private final Tracking tracking;
  private final TestDatabase database;
  private final Connection observer;
  private final FaultGate gate;
  private final Path directory;
  private final FaultFiles files;

  private TransactionExecutor executor;
  private TransactionClient client;
  private int lastId;
  private Duration deadline = PATIENCE;

  FaultBench(DatabaseKind kind, Tracking tracking) throws SQLException, IOException {
    this.kind = kind;
    this.tracking = tracking;
    DatabaseServer server = Databases.shared(kind);
    database = server.fresh();
    observer = server.admin(database);
    gate = new FaultGate(kind, server.admin(database), observer);
    directory = Files.createTempDirectory("cofferdam-faults-");
    files = new FaultFiles(directory.toString());
    executor = open();
    client = executor.client("teller");
  }

  private TransactionExecutor open() {
    TransactionExecutorBuilder builder =
        TestExecutors.on(
                database,
                Sabotage.JVM_ARGUMENT,
                "-D" + Failpoints.PROPERTY + "=" + FaultInjector.class.getName(),
                "-D" + FaultInjector.DIRECTORY + "=" + directory,
                "-XX:ErrorFile=" + directory.resolve("hs_err_pid%p.log"))
            .workers(WORKERS)
            .warmSpares(SPARES)
            .workerMaxHeap(64 << 20)
            .killGrace(Duration.ofMillis(500))
            .startupTimeout(Duration.ofSeconds(15))
            .shutdownTimeout(Duration.ofSeconds(10));
    if (kind == DatabaseKind.H2) {
      builder.jdbcUrl(database.url() + ";LOCK_TIMEOUT=60000");
    }
    return tracking.configure(builder).build();
  }

  private void reopen() {
    client.close();
    executor.close();
    executor = open();
    client = executor.client("teller");
  }

  /**
   * Runs a cell and judges it.
   *
   * @return what the caller was told whom it touched, or COMMITTED if nobody noticed
   */
  Outcome run(FaultCell cell) throws SQLException {
    if (executor.snapshot().crashes() > CRASHES_PER_EXECUTOR) {
      reopen();
    }
    deadline = cell.endsByDeadline() ? DEADLINE : PATIENCE;
    for (int i = 0; i < ATTEMPTS; i++) {
      awaitFullStrength();
      FaultVerdict verdict = new FaultVerdict(cell, files, executor.snapshot().callersTouched());
      boolean hit;
      try {
        hit = attempt(cell, verdict);
      } finally {
        files.disarm();
        gate.open();
      }
      if (cell.point() == Failpoint.SHUTTING_DOWN) {
        executor = open();
        client = executor.client("teller");
      }
      awaitFullStrength();
      assertNothingIsLeft(verdict);
      Outcome told = verdict.judge(observer, executor.snapshot().callersTouched());
      if (hit && !verdict.othersWereLate()) {
        return told;
      }
      deadline = deadline.multipliedBy(3);
    }
    throw new AssertionError(cell + ": the deadline came too early, each time");
  }

  private boolean attempt(FaultCell cell, FaultVerdict verdict) throws SQLException {
    if (cell.fault() == Fault.EARLIER_REPLY) {
      letEveryWorkerReply(verdict);
    }
    return switch (cell.point()) {
      case IDLE -> {
        files.arm(cell.point(), cell.fault());
        awaitFault(cell);
        submitSome(verdict);
        verdict.awaitAnswers();
        if (cell.leavesADeadSession()) {
          letTasksFindTheDeadSession(verdict);
        }
        yield true;
      }
      case INSIDE_A_STATEMENT, COMMIT_SENT -> attemptWhileTheServerWaits(cell, verdict);
      case SHUTTING_DOWN -> {
        submitSome(verdict);
        verdict.awaitAnswers();
        verdict.snapshotBeforeClose(executor.snapshot());
        files.arm(cell.point(), cell.fault());
        Thread closing = new Thread(executor::close, "closing");
        closing.start();
        awaitFault(cell);
        await("the end of close").atMost(PATIENCE).until(() -> !closing.isAlive());
        yield true;
      }
      default -> {
        // A worker may be warming up by now, and take the fault. So one is killed before that.
        if (cell.point() == Failpoint.BEFORE_HANDSHAKE || cell.point() == Failpoint.WARMING_UP) {
          killIdleWorker();
        }
        files.arm(cell.point(), cell.fault());
        if (cell.point() == Failpoint.WARMING_UP) {
          awaitFault(cell);
        }
        submitSome(verdict);
        if (cell.fault() == Fault.SESSION_KILLED && cell.point() != Failpoint.WARMING_UP) {
          awaitFault(cell);
        }
        verdict.awaitAnswers();
        if (cell.leavesADeadSession()) {
          letTasksFindTheDeadSession(verdict);
        }
        yield files.whoWasHit().isPresent() || awaitLateHit(cell);
      }
    };
  }

  /** The place may come after the answers; but not if a deadline ended the task before. */
  private boolean awaitLateHit(FaultCell cell) {
    if (cell.endsByDeadline() && files.disarm()) {
      return false;
    }
    awaitHit();
    return true;
  }

  private boolean attemptWhileTheServerWaits(FaultCell cell, FaultVerdict verdict)
      throws SQLException {
    boolean inCommit = cell.point() == Failpoint.COMMIT_SENT;
    if (!inCommit || kind == DatabaseKind.POSTGRESQL) {
      gate.closeForStatements();
    }
    int victim =
        submit(
            verdict,
            inCommit ? LedgerTask.Pause.IN_THE_COMMIT : LedgerTask.Pause.IN_A_STATEMENT,
            deadline);
    long session = awaitSessionOf(victim);
    List<Integer> others = submitSome(verdict);
    verdict.awaitAnswers(others);
    if (inCommit) {
      if (kind == DatabaseKind.POSTGRESQL) {
        files.letReturn(victim);
      } else {
        letReachItsCommit(cell, victim, verdict);
      }
    }
    await(cell + ": the server to wait")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(
            () ->
                verdict.isAnswered(victim)
                    || (inCommit
                        ? gate.holdsCommitOf(session)
                        : gate.holds(session, LedgerTask.MARK)));
    files.arm(cell.point(), cell.fault());
    await(cell + ": the fault")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> verdict.isAnswered(victim) || files.whoWasHit().isPresent());
    if (files.disarm()) {
      gate.open();
      verdict.awaitAnswers();
      return false;
    }
    long hit = awaitFault(cell).pid();
    await(cell + ": the end of the process")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> !cell.fault().endsProcess() || !isAlive(hit));
    gate.open();
    verdict.awaitAnswers();
    return true;
  }

  /** Closes the gate between the task's last statement and its commit. */
  private void letReachItsCommit(FaultCell cell, int victim, FaultVerdict verdict)
      throws SQLException {
    files.holdCommit();
    files.letReturn(victim);
    await(cell + ": the commit")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> verdict.isAnswered(victim) || files.holdsCommit());
    gate.closeForCommits();
    files.letCommit();
  }

  private long awaitSessionOf(int task) {
    return await("task " + task + " to begin")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> files.sessionOfTask(task), Optional::isPresent)
        .orElseThrow();
  }

  /** Has both workers answer a task. */
  private void letEveryWorkerReply(FaultVerdict verdict) {
    List<Integer> tasks =
        IntStream.range(0, WORKERS)
            .mapToObj(i -> submit(verdict, LedgerTask.Pause.AT_THE_END, PATIENCE))
            .toList();
    tasks.forEach(this::awaitSessionOf);
    tasks.forEach(files::letReturn);
    verdict.awaitAnswers();
    awaitFullStrength();
  }

  /** Gives the workers tasks until the one whose session was ended has another one. */
  private void letTasksFindTheDeadSession(FaultVerdict verdict) {
    await(verdict + ": a task to find that its worker's session is dead")
        .atMost(PATIENCE)
        .until(
            () -> {
              submitSome(verdict);
              verdict.awaitAnswers();
              return hasEverySession();
            });
  }

  private boolean hasEverySession() throws SQLException {
    int ofTheTest = kind == DatabaseKind.H2 ? 2 : 0;
    return Sql.number(observer, kind.sessionsOf(database.username()))
        == WORKERS + SPARES + ofTheTest;
  }

  private List<Integer> submitSome(FaultVerdict verdict) {
    List<Integer> tasks = new ArrayList<>();
    for (int i = 0; i < TASKS; i++) {
      tasks.add(submit(verdict, LedgerTask.Pause.NOWHERE, deadline));
    }
    return tasks;
  }

  private int submit(FaultVerdict verdict, LedgerTask.Pause pause, Duration timeout) {
    int id = ++lastId;
    verdict.submitted(
        id,
        client.submit(
            TransactionOptions.defaults().timeout(timeout),
            new LedgerTask(files, kind, id, pause)));
    return id;
  }

  /** Kills one that may just have ended by the fault. */
  private void killIdleWorker() {
    executor.snapshot().workers().stream()
        .filter(worker -> worker.state() == WorkerState.READY)
        .findFirst()
        .flatMap(worker -> ProcessHandle.of(worker.pid()))
        .ifPresent(ProcessHandle::destroyForcibly);
  }

  private FaultFiles.Hit awaitHit() {
    return await("the fault")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(2))
        .until(files::whoWasHit, Optional::isPresent)
        .orElseThrow();
  }

  /** Waits until the fault has happened, and does the test's part of it. */
  private FaultFiles.Hit awaitFault(FaultCell cell) throws SQLException {
    FaultFiles.Hit hit = awaitHit();
    if (cell.fault() == Fault.SESSION_KILLED) {
      killSession(hit);
      files.go();
    }
    await(cell + " to happen")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(
            () ->
                !isAlive(hit.pid())
                    || files.hasStruck()
                    || (cell.fault() == Fault.STOPPED && isStopped(hit.pid())));
    return hit;
  }

  private void killSession(FaultFiles.Hit hit) throws SQLException {
    Connection asking = gate.observer();
    long session =
        kind == DatabaseKind.POSTGRESQL
            ? Sql.number(
                asking,
                "SELECT pid FROM pg_stat_activity WHERE application_name = '" + hit.worker() + "'")
            : files.sessionOfProcess(hit.pid()).orElseThrow();
    Sql.run(asking, kind.endSession(session));
    // MariaDB keeps a session that waits to commit until it need not wait, but hangs up at once.
    await("the end of session " + session)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> !isAlive(hit.pid()) || Sql.number(asking, kind.sessionExists(session)) == 0);
  }

  static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  private static boolean isStopped(long pid) throws IOException {
    Path stat = Path.of("/proc", Long.toString(pid), "stat");
    return !Files.exists(stat) || Files.readString(stat).contains(") T ");
  }

  private void awaitFullStrength() {
    await("all workers to be ready")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> executor.snapshot().ready() == WORKERS + SPARES);
  }

  /** No session but the workers' is left, nor a lock on anything that a task wrote. */
  private void assertNothingIsLeft(FaultVerdict verdict) throws SQLException {
    await(verdict + ": the end of the dead worker's session")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(this::hasEverySession);
    observer.setAutoCommit(false);
    for (int id : verdict.ids()) {
      boolean present = Sql.number(observer, "SELECT count(*) FROM ledger WHERE id = " + id) > 0;
      Sql.run(
          observer,
          present
              ? "UPDATE ledger SET waits = 0 WHERE id = " + id
              : "INSERT INTO ledger VALUES (" + id + ", 0, 'probe')");
    }
    observer.rollback();
    observer.setAutoCommit(true);
  }

  @Override
  public void close() throws SQLException {
    client.close();
    executor.close();
    gate.close();
    observer.close();
    FileUtils.deleteQuietly(directory.toFile());
  }
}
