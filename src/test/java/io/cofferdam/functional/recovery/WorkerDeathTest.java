package io.cofferdam.functional.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.cofferdam.CrashReport;
import io.cofferdam.CrashReport.Phase;
import io.cofferdam.ExecutorSnapshot.WorkerSnapshot;
import io.cofferdam.ExecutorSnapshot.WorkerState;
import io.cofferdam.Outcome;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionOptions;
import io.cofferdam.TransactionTimeoutException;
import io.cofferdam.WorkerCrashedException;
import io.cofferdam.functional.WithHarmedWorkers;
import io.cofferdam.testing.CapturedLog;
import io.cofferdam.testing.Sabotage;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.process.ChildApplication;
import io.cofferdam.testkit.process.Kill;
import io.cofferdam.testkit.process.WorkerProcesses;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A worker that dies loses the one transaction that it was running, and nobody else notices. */
class WorkerDeathTest extends WithHarmedWorkers {

  /** More than an executor of two workers may lose within a minute without being degraded. */
  private static final int SUICIDES = 34;

  @BeforeEach
  void beginAtFullStrength() {
    awaitFullStrength();
  }

  @Nested
  class WhileItRunsATask {

    @Test
    void isReportedWithTheSignalThatKilledIt() throws Exception {
      String table = table();
      long touched = executor.snapshot().callersTouched();
      try (Bystanders others = new Bystanders(2)) {
        Future<?> victim =
            client.submit(
                connection -> {
                  System.out.println("last words");
                  Sql.run(
                      connection,
                      "INSERT INTO " + table + " VALUES (1, 'x')",
                      "SELECT pg_sleep(100) /* killed */");
                  return null;
                });
        WorkerSnapshot worker = awaitWorkerRunning("/* killed */");

        kill(worker);

        CrashReport report = assertLost(failureOf(WorkerCrashedException.class, victim));
        assertThat(report.signal()).contains("SIGKILL");
        assertThat(report.exitCode()).isEmpty();
        assertThat(report.worker()).isEqualTo(worker.name());
        assertThat(report.pid()).isEqualTo(worker.pid());
        others.awaitProgress();
      }
      assertNothingLeft(table, touched + 1);
    }

    @Test
    void isReportedWithTheFatalErrorLogAfterASegmentationFault() throws Exception {
      CrashReport report = strike(() -> Sabotage.segfault());

      assertThat(report.exitCode()).as("how a JVM without core dumps exits").hasValue(1);
      assertThat(report.lastOutput()).contains("SIGSEGV");
      Path log = Path.of(report.hsErr().orElseThrow());
      assertThat(log).content().contains("SIGSEGV", "pid=" + report.pid());
      Files.delete(log);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 42})
    void isReportedWithTheCodeThatTheTaskExitedWith(int code) throws Exception {
      CrashReport report = strike(() -> System.exit(code));

      assertThat(report.exitCode()).hasValue(code);
      assertThat(report.signal()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7})
    void isReportedWithTheCodeThatTheTaskHaltedWith(int code) throws Exception {
      CrashReport report = strike(() -> Runtime.getRuntime().halt(code));

      assertThat(report.exitCode()).hasValue(code);
    }

    @Test
    void isReportedWhenTheHeapIsFull() throws Exception {
      CrashReport report = strike(Sabotage::exhaustHeap);

      assertThat(report.exitCode()).hasValue(3);
      assertThat(report.lastOutput()).contains("java.lang.OutOfMemoryError");
    }

    @Test
    void isReportedWhenTheHeapIsFullAndTheTaskWouldHaveCaughtIt() throws Exception {
      CrashReport report =
          strike(
              () -> {
                try {
                  Sabotage.exhaustHeap();
                } catch (OutOfMemoryError e) {
                  System.out.println("caught");
                }
              });

      assertThat(report.exitCode()).hasValue(3);
      assertThat(report.lastOutput()).doesNotContain("caught");
    }

    @Test
    void isReportedWhenTheTaskClosesTheChannelAndLivesOn() throws Exception {
      CrashReport report =
          strike(
              () -> {
                Sabotage.closeChannel();
                Sabotage.hang();
              });

      assertThat(report.signal()).contains("SIGKILL");
    }

    @Test
    void isReportedWhenTheTaskWritesGarbageToTheChannel() throws Exception {
      byte[] garbage = "x".repeat(1_000).getBytes(StandardCharsets.US_ASCII);

      CrashReport report =
          strike(
              () -> {
                Sabotage.writeToChannel(garbage);
                Sabotage.hang();
              });

      assertThat(report.signal()).contains("SIGKILL");
    }

    @Test
    void isReportedWhenTheTaskAnnouncesAnEndlessFrame() throws Exception {
      byte[] endless = new byte[64];
      Arrays.fill(endless, (byte) 0x7f);

      CrashReport report =
          strike(
              () -> {
                Sabotage.writeToChannel(endless);
                Sabotage.hang();
              });

      assertThat(report.signal()).contains("SIGKILL");
    }

    @Test
    void isToldToEachOfTwoCallersWhenTwoDieAtOnce() throws Exception {
      String table = table();
      long touched = executor.snapshot().callersTouched();
      try (Bystanders others = new Bystanders(1)) {
        List<Future<?>> victims = new ArrayList<>();
        for (int i = 1; i <= 2; i++) {
          int id = i;
          victims.add(
              client.submit(
                  connection -> {
                    Sql.run(
                        connection,
                        "INSERT INTO " + table + " VALUES (" + id + ", 'x')",
                        "SELECT pg_sleep(100) /* twin " + id + " */");
                    return null;
                  }));
        }
        WorkerSnapshot one = awaitWorkerRunning("/* twin 1 */");
        WorkerSnapshot two = awaitWorkerRunning("/* twin 2 */");

        kill(one);
        kill(two);

        List<Long> told = new ArrayList<>();
        for (Future<?> victim : victims) {
          WorkerCrashedException crash = failureOf(WorkerCrashedException.class, victim);
          assertThat(crash.outcome()).isEqualTo(Outcome.ROLLED_BACK);
          told.add(crash.crashReport().pid());
        }
        assertThat(told).containsExactly(one.pid(), two.pid());
        others.awaitProgress();
      }
      assertNothingLeft(table, touched + 2);
    }

    /** Runs a task that writes, and then does this to its worker. */
    private CrashReport strike(Strike strike) throws Exception {
      String table = table();
      long touched = executor.snapshot().callersTouched();
      CrashReport report;
      try (Bystanders others = new Bystanders(2)) {
        Future<?> victim =
            client.submit(
                connection -> {
                  Sql.run(connection, "INSERT INTO " + table + " VALUES (1, 'x')");
                  System.out.println("last words");
                  strike.run();
                  return null;
                });
        report = assertLost(failureOf(WorkerCrashedException.class, victim));
        assertThat(WorkerProcesses.commandLine(report.pid()))
            .as("the process when the caller is told")
            .isEmpty();
        others.awaitProgress();
      }
      assertNothingLeft(table, touched + 1);
      return report;
    }

    private CrashReport assertLost(WorkerCrashedException crash) {
      assertThat(crash.outcome()).isEqualTo(Outcome.ROLLED_BACK);
      assertThat(crash.retrySafe()).isTrue();
      assertThat(crash.taskId()).isPresent();
      CrashReport report = crash.crashReport();
      assertThat(crash)
          .hasMessageContainingAll(
              report.worker(), Long.toString(report.pid()), client.name(), "rolled back");
      assertThat(report.client()).isEqualTo(client.name());
      assertThat(report.phase()).isEqualTo(Phase.RUNNING);
      assertThat(report.lastOutput()).contains("last words");
      return report;
    }

    private void assertNothingLeft(String table, long touched) throws Exception {
      assertThat(rows(table)).isZero();
      assertThat(executor.snapshot().callersTouched()).isEqualTo(touched);
      awaitFullStrength();
    }
  }

  @Nested
  class AfterItsTask {

    @Test
    void isChosenIfTheTaskRanOutOfDirectMemory() throws Exception {
      assertRetires(OutOfMemoryError.class, Sabotage::exhaustDirectMemory);
    }

    @Test
    void isChosenIfTheTaskOverflowedTheStack() throws Exception {
      assertRetires(StackOverflowError.class, () -> Sabotage.overflowStack(0));
    }

    private void assertRetires(Class<? extends Error> own, Strike strike) throws Exception {
      String table = table();
      List<Long> before = pids();
      try (Bystanders others = new Bystanders(2)) {
        assertThatThrownBy(
                () ->
                    client.run(
                        connection -> {
                          Sql.run(connection, "INSERT INTO " + table + " VALUES (1, 'x')");
                          strike.run();
                        }))
            .isInstanceOf(own)
            .satisfies(e -> assertThat(Outcome.of(e)).isEqualTo(Outcome.ROLLED_BACK));
        others.awaitProgress();
        await("the worker to be replaced")
            .atMost(PATIENCE)
            .untilAsserted(() -> assertThat(pids()).isNotEqualTo(before).doesNotContain(-1L));
      }
      assertThat(rows(table)).isZero();
      assertThat(pids()).filteredOn(before::contains).hasSize(before.size() - 1);
    }
  }

  @Nested
  class WhileItIsIdle {

    @Test
    void touchesNobody() throws Exception {
      long touched = executor.snapshot().callersTouched();
      for (int round = 0; round < 5; round++) {
        WorkerSnapshot idle = idleWorker();

        kill(idle);

        for (int i = 0; i < 20; i++) {
          client.run(sql("SELECT 1"));
        }
        awaitGone(idle.pid());
        awaitFullStrength();
      }
      assertThat(executor.snapshot().callersTouched()).isEqualTo(touched);
    }

    @Test
    void isNotEvenNeededToBePassedOver() throws Exception {
      long touched = executor.snapshot().callersTouched();
      List<Long> stopped = new ArrayList<>();
      for (WorkerSnapshot worker : executor.snapshot().workers()) {
        if (!worker.spare()) {
          Kill.stop(worker.pid());
          stopped.add(worker.pid());
        }
      }

      String answer = client.execute(textOf("SELECT 'served'"));

      assertThat(answer).isEqualTo("served");
      assertThat(executor.snapshot().callersTouched()).isEqualTo(touched);
      for (long pid : stopped) {
        client.run(sql("SELECT 1"));
        if (!WorkerProcesses.commandLine(pid).isEmpty()) {
          Kill.send("CONT", pid);
        }
      }
    }
  }

  @Nested
  class ThatDoesNotEndByItself {

    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    @Test
    void isKilledWhenItWasStoppedInATask() throws Exception {
      String table = table();
      try (Bystanders others = new Bystanders(2)) {
        long start = System.nanoTime();
        Future<?> victim =
            client.submit(
                TransactionOptions.defaults().timeout(TIMEOUT),
                connection -> {
                  Sql.run(
                      connection,
                      "INSERT INTO " + table + " VALUES (1, 'x')",
                      "SELECT 1 /* stopped */");
                  Sabotage.hang();
                  return null;
                });
        WorkerSnapshot worker = awaitWorkerRunning("/* stopped */");

        Kill.stop(worker.pid());

        TransactionTimeoutException timeout = failureOf(TransactionTimeoutException.class, victim);
        assertInTime(start);
        assertThat(timeout.outcome()).isEqualTo(Outcome.ROLLED_BACK);
        awaitGone(worker.pid());
        others.awaitProgress();
      }
      assertThat(rows(table)).isZero();
    }

    @Test
    void isKilledWhenItComputesPastTheDeadline() throws Exception {
      String table = table();
      try (Bystanders others = new Bystanders(1)) {
        long start = System.nanoTime();

        Throwable timeout =
            catchThrowable(
                () ->
                    client.execute(
                        TransactionOptions.defaults().timeout(TIMEOUT),
                        connection -> {
                          Sql.run(connection, "INSERT INTO " + table + " VALUES (1, 'x')");
                          return Sabotage.spin();
                        }));

        assertInTime(start);
        assertThat(timeout)
            .isInstanceOfSatisfying(
                TransactionTimeoutException.class,
                e -> assertThat(e.outcome()).isEqualTo(Outcome.ROLLED_BACK));
        others.awaitProgress();
      }
      assertThat(rows(table)).isZero();
    }

    private void assertInTime(long startNanos) {
      Duration killGrace = Duration.ofSeconds(2);
      assertThat(Duration.ofNanos(System.nanoTime() - startNanos))
          .isBetween(TIMEOUT, TIMEOUT.plus(killGrace).plusSeconds(1));
    }
  }

  @Nested
  class ThatWritesToItsOutput {

    private static final int LINES = 20_000;
    private static final int LINES_A_SECOND = 100;

    @RegisterExtension final CapturedLog log = CapturedLog.of("io.cofferdam.worker");

    @Test
    void isSlowedDownAndFloodsNoLog() throws Exception {
      long start = System.nanoTime();
      long worker =
          client.execute(
              connection -> {
                byte[] line = ("y".repeat(99) + "\n").getBytes(StandardCharsets.US_ASCII);
                for (int i = 0; i < LINES; i++) {
                  System.out.write(line, 0, line.length);
                }
                System.out.flush();
                return ProcessHandle.current().pid();
              });
      assertThat(pids()).contains(worker);
      await("the log's word of what was left out, which comes with a later line")
          .atMost(PATIENCE)
          .until(
              () -> {
                client.run(connection -> System.out.println("later"));
                return leftOut() + forwarded() >= LINES;
              });

      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start) + 2;
      assertThat(forwarded()).isBetween(1L, seconds * LINES_A_SECOND);
    }

    private long forwarded() {
      return log.messages().stream().filter(message -> message.contains("yyy")).count();
    }

    private long leftOut() {
      Pattern note = Pattern.compile("\\((\\d+) lines were left out\\)");
      return log.messages().stream()
          .map(note::matcher)
          .filter(Matcher::find)
          .mapToLong(found -> Long.parseLong(found.group(1)))
          .sum();
    }
  }

  @Nested
  class InACrashLoop {

    @Test
    void slowsRestartsDownButServesTheOthers() throws Exception {
      try (TransactionExecutor frail =
              TestExecutors.on(database)
                  .name("frail")
                  .workers(2)
                  .warmSpares(1)
                  .timeout(Duration.ofMinutes(5))
                  .build();
          TransactionClient killer = frail.client("killer");
          TransactionClient other = frail.client("other")) {
        List<CompletableFuture<Object>> suicides = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < SUICIDES; i++) {
          suicides.add(
              killer.submit(
                  connection -> {
                    Runtime.getRuntime().halt(1);
                    return null;
                  }));
        }
        boolean wasDegraded = false;
        while (suicides.stream().anyMatch(suicide -> !suicide.isDone())) {
          assertThat(other.execute(textOf("SELECT 'served'"))).isEqualTo("served");
          wasDegraded |= frail.snapshot().degraded();
        }

        for (CompletableFuture<Object> suicide : suicides) {
          WorkerCrashedException crash = failureOf(WorkerCrashedException.class, suicide);
          assertThat(crash.outcome()).isEqualTo(Outcome.ROLLED_BACK);
        }
        await("the last crash to be counted")
            .atMost(PATIENCE)
            .until(() -> frail.snapshot().crashes() == SUICIDES);
        boolean withinAMinute = System.nanoTime() - start < TimeUnit.MINUTES.toNanos(1);
        assertThat(wasDegraded || frail.snapshot().degraded() || !withinAMinute)
            .as("degraded after %s crashes within a minute", SUICIDES)
            .isTrue();
        assertThat(frail.snapshot().callersTouched()).isEqualTo(SUICIDES);
        awaitReady(frail, 3);
        assertThat(other.execute(textOf("SELECT 'served'"))).isEqualTo("served");
      }
    }
  }

  @Nested
  class OfAnotherWhileOneHangsInItsStart {

    @Test
    void isMadeGoodAllTheSame() throws Exception {
      try (TransactionExecutor frail =
          TestExecutors.on(database)
              .name("stuck")
              .workers(2)
              .warmSpares(0)
              .startupTimeout(PATIENCE.plus(PATIENCE))
              .build()) {
        awaitReady(frail, 2);
        WorkerSnapshot stuck = stopWhileStarting(frail);
        try {
          WorkerSnapshot other =
              frail.snapshot().workers().stream()
                  .filter(worker -> !worker.name().equals(stuck.name()))
                  .findFirst()
                  .orElseThrow();

          Kill.andAwaitEnd(process(other));

          await("the other slot to have a new worker")
              .atMost(PATIENCE)
              .until(
                  () ->
                      frail.snapshot().workers().stream()
                          .anyMatch(
                              worker ->
                                  worker.state() == WorkerState.READY
                                      && worker.pid() != other.pid()));
          assertThat(process(stuck).isAlive()).as("the one that hangs is left its time").isTrue();
        } finally {
          process(stuck).destroyForcibly();
        }
      }
    }

    /** Kills a worker until its successor is stopped before it is ready. */
    private static WorkerSnapshot stopWhileStarting(TransactionExecutor frail) {
      while (true) {
        awaitReady(frail, 2);
        ProcessHandle victim = process(frail.snapshot().workers().get(0));
        victim.destroyForcibly();
        await("the next")
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(1))
            .until(() -> isSuccessor(frail.snapshot().workers().get(0), victim));
        WorkerSnapshot starting = frail.snapshot().workers().get(0);
        Kill.stop(starting.pid());
        if (frail.snapshot().workers().get(0).state() == WorkerState.STARTING) {
          return starting;
        }
        Kill.send("CONT", starting.pid());
      }
    }

    private static boolean isSuccessor(WorkerSnapshot worker, ProcessHandle of) {
      return worker.pid() != of.pid()
          && (worker.state() == WorkerState.STARTING || worker.state() == WorkerState.READY)
          && worker.pid() > 0;
    }

    private static ProcessHandle process(WorkerSnapshot worker) {
      return ProcessHandle.of(worker.pid()).orElseThrow();
    }
  }

  @Nested
  class BySignalsToTheWholeProcessGroup {

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT", "HUP"})
    void doesNotHappenWhileTheApplicationDrains(String signal) throws Exception {
      String table = table();
      try (Connection held = database.connect()) {
        Sql.run(held, "SELECT pg_advisory_lock(" + Draining.LOCK + ")");
        try (ChildApplication application =
            ChildApplication.start(
                Draining.class, database.url(), database.username(), database.password(), table)) {
          await("three tasks that run")
              .atMost(PATIENCE)
              .until(
                  () ->
                      database.number(
                              "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
                                  + " AND objid = "
                                  + Draining.LOCK
                                  + " AND NOT granted")
                          == 3);

          application.awaitLine("running");
          Kill.sendToGroup(signal, application);
          application.awaitLine("draining");
          Sql.run(held, "SELECT pg_advisory_unlock(" + Draining.LOCK + ")");

          application.awaitExit();
          assertThat(application.output()).contains("drained 6");
        }
      }
      assertThat(rows(table)).isEqualTo(6);
    }
  }

  static final class Draining {

    static final int LOCK = 4712;

    public static void main(String[] arguments) {
      TransactionExecutor executor =
          TransactionExecutor.builder()
              .jdbcUrl(arguments[0])
              .username(arguments[1])
              .password(arguments[2])
              .workers(3)
              .build();
      TransactionClient client = executor.client("draining");
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    System.out.println("draining");
                    executor.close();
                    System.out.println("drained " + executor.snapshot().committed());
                  }));
      String table = arguments[3];
      for (int i = 1; i <= 6; i++) {
        int id = i;
        var unused =
            client.submit(
                connection -> {
                  Sql.run(
                      connection,
                      "INSERT INTO " + table + " VALUES (" + id + ", 'x')",
                      "SELECT pg_advisory_xact_lock_shared(" + LOCK + ")");
                  return null;
                });
      }
      System.out.println("running");
      Sabotage.hang();
    }
  }

  private List<Long> pids() {
    return executor.snapshot().workers().stream().map(WorkerSnapshot::pid).toList();
  }
}
