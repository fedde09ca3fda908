package io.cofferdam.functional.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.TransactionTask;
import io.cofferdam.functional.OnEveryDatabase;
import io.cofferdam.testing.CapturedLog;
import io.cofferdam.testkit.database.Sql;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Serializable;
import java.io.Writer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A thread that a task leaves behind cannot reach into another client's transaction. */
class LeakedThreadTest extends OnEveryDatabase {

  private static final int NEXT_TASKS = 20;

  @Nested
  class ThatKeepsWritingThroughTheLeakedConnection {

    @Test
    void writesNothingAfterACommit() throws Exception {
      String leaked = table("id INT PRIMARY KEY, note VARCHAR(100)");
      String other = table();

      client.run(connection -> startWriter(connection, leaked));

      long committedWithTheTask = rows(leaked);
      insertByTasks(other);
      assertThat(rows(leaked)).isEqualTo(committedWithTheTask);
      assertThat(rows(other)).isEqualTo(NEXT_TASKS);
    }

    @Test
    void writesNothingAtAllAfterARollback() throws Exception {
      String leaked = table();
      String other = table();

      assertThatThrownBy(
              () ->
                  client.run(
                      connection -> {
                        startWriter(connection, leaked);
                        throw new IllegalStateException("no");
                      }))
          .hasMessage("no");

      insertByTasks(other);
      assertThat(rows(leaked)).isZero();
      assertThat(rows(other)).isEqualTo(NEXT_TASKS);
    }

    @Test
    void costsTheWorker() throws Exception {
      String leaked = table();

      long worker =
          client.execute(
              connection -> {
                startWriter(connection, leaked);
                return ProcessHandle.current().pid();
              });

      assertThat(worker()).isNotEqualTo(worker);
    }

    private void insertByTasks(String table) throws SQLException {
      for (int i = 1; i <= NEXT_TASKS; i++) {
        int id = i;
        client.run(
            connection ->
                Sql.run(connection, "INSERT INTO " + table + " VALUES (" + id + ", 'x')"));
      }
    }
  }

  /** Each leak costs a worker, and the next task waits for a new one, beside other tests. */
  @Override
  protected TransactionExecutorBuilder configure(TransactionExecutorBuilder builder) {
    return builder.workerThreadsAllowed("allowed-*").timeout(PATIENCE);
  }

  @Nested
  class ThatHides {

    @RegisterExtension final CapturedLog log = CapturedLog.of("io.cofferdam.internal.supervise");

    @Test
    void underADriversNameCostsTheWorker() {
      assertCostsTheWorker(
          () -> {
            start("PostgreSQL-JDBC-Cleaner", () -> awaitForever());
            start("mariadb-timer", () -> awaitForever());
            start("H2 Cleaner", () -> awaitForever());
          });
    }

    @Test
    void underANameOfTheJdkCostsTheWorker() {
      assertCostsTheWorker(() -> start("CompletableFutureDelayScheduler", () -> awaitForever()));
    }

    @Test
    void inAnotherThreadGroupCostsTheWorker() {
      assertCostsTheWorker(
          () -> {
            ThreadGroup top = Thread.currentThread().getThreadGroup();
            while (top.getParent() != null) {
              top = top.getParent();
            }
            Thread hidden = new Thread(new ThreadGroup(top, "else"), () -> awaitForever());
            hidden.setDaemon(true);
            hidden.start();
          });
    }

    @Test
    void isShownWithWhereItWasMadeAndWhereItIs() {
      assertCostsTheWorker(() -> start("forgotten", () -> awaitForever()));

      assertThat(log.messages())
          .anySatisfy(
              message ->
                  assertThat(message)
                      .contains("is recycled", "'forgotten'", "workerThreadsAllowed")
                      .containsPattern("made at [^;]*LeakedThreadTest.start")
                      .containsPattern("now at [^;]*LeakedThreadTest.awaitForever"));
    }
  }

  @Nested
  class ThatIsNotTheTasks {

    @Test
    void butOfTheInitializerOfAClassCostsNothing() {
      assertCostsNothing(() -> LazyLibrary.use());
      assertCostsNothing(() -> LazyLibrary.use());
    }

    @Test
    void butTheJdksOfTimeoutsCostsNothing() {
      assertCostsNothing(() -> new CompletableFuture<>().orTimeout(1, TimeUnit.HOURS));
      assertCostsNothing(() -> new CompletableFuture<>().orTimeout(1, TimeUnit.HOURS));
    }

    @Test
    void butOfTheCommonPoolCostsNothing() {
      assertCostsNothing(() -> CompletableFuture.runAsync(() -> {}).join());
    }

    @Test
    void butAllowedCostsNothing() {
      assertCostsNothing(() -> start("allowed-1", () -> awaitForever()));
      assertCostsNothing(() -> start("allowed-2", () -> awaitForever()));
    }
  }

  @Nested
  class ThatHasTheTasksThread {

    @Test
    void interruptsNoOtherTask() {
      assertCostsNothing(() -> Interrupter.start("allowed-interrupter", Thread.currentThread()));

      boolean interrupted = client.execute(connection -> Interrupter.reaches());

      assertThat(interrupted).isFalse();
    }

    @Test
    void interruptsNoOtherTaskAsAVirtualThread() {
      assertCostsNothing(() -> Interrupter.startUnseen(Thread.currentThread()));

      boolean interrupted = client.execute(connection -> Interrupter.reaches());

      assertThat(interrupted).isFalse();
    }
  }

  @Nested
  class ATaskThatLeavesItsOwnThreadChanged {

    private static final ThreadLocal<String> LOCAL = new ThreadLocal<>();
    private static final ThreadLocal<List<String>> INHERITED = new InheritableThreadLocal<>();

    @Test
    void leavesNoThreadLocalToTheNext() {
      assertCostsNothing(
          () -> {
            LOCAL.set("mine");
            INHERITED.set(List.of("mine"));
          });

      String seen = client.execute(connection -> LOCAL.get() + " " + INHERITED.get());

      assertThat(seen).isEqualTo("null null");
    }

    @Test
    @SuppressWarnings("ThreadPriorityCheck")
    void leavesNoPriorityNoNameAndNoHandler() {
      assertCostsNothing(
          () -> {
            Thread.currentThread().setPriority(Thread.MIN_PRIORITY);
            Thread.currentThread().setName("mine");
            Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> {});
            Thread.currentThread().setContextClassLoader(null);
            Thread.currentThread().interrupt();
          });

      String seen =
          client.execute(
              connection -> {
                Thread thread = Thread.currentThread();
                return thread.getName()
                    + " "
                    + thread.getPriority()
                    + " "
                    + (thread.getUncaughtExceptionHandler() == thread.getThreadGroup())
                    + " "
                    + (thread.getContextClassLoader() == ClassLoader.getSystemClassLoader())
                    + " "
                    + thread.isInterrupted();
              });

      assertThat(seen).isEqualTo("cofferdam-task 5 true true false");
    }

    /** The worker itself writes to the standard streams, and connects by the drivers' manager. */
    @Test
    void leavesNoStreamsNoHandlerAndNoLimits() {
      TransactionTask<String, RuntimeException> looking =
          connection ->
              System.identityHashCode(System.in)
                  + " "
                  + System.identityHashCode(System.out)
                  + " "
                  + System.identityHashCode(System.err)
                  + " "
                  + (Thread.getDefaultUncaughtExceptionHandler() == null)
                  + " "
                  + DriverManager.getLoginTimeout()
                  + " "
                  + (DriverManager.getLogWriter() == null)
                  + " "
                  + Thread.currentThread().getThreadGroup().getMaxPriority();
      String before = client.execute(looking);
      assertCostsNothing(
          () -> {
            System.setIn(InputStream.nullInputStream());
            System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8));
            System.setErr(null);
            Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {});
            DriverManager.setLoginTimeout(1);
            DriverManager.setLogWriter(new PrintWriter(Writer.nullWriter()));
            ThreadGroup group = Thread.currentThread().getThreadGroup();
            group.getParent().setMaxPriority(Thread.MIN_PRIORITY);
          });

      assertThat(client.execute(looking)).isEqualTo(before);
    }

    @Test
    void areRestoredWhateverTheirReplacementsSayOfThemselves() {
      TransactionTask<String, RuntimeException> looking =
          connection -> System.in.getClass() + " " + Thread.getDefaultUncaughtExceptionHandler();
      String before = client.execute(looking);
      assertCostsNothing(
          () -> {
            EqualToAll equal = new EqualToAll();
            System.setIn(equal);
            Thread.setDefaultUncaughtExceptionHandler(equal);
          });

      assertThat(client.execute(looking)).isEqualTo(before);
    }
  }

  /** Says that it is what it is compared with, whatever that is. */
  static final class EqualToAll extends InputStream implements Thread.UncaughtExceptionHandler {

    @Override
    public int read() {
      return -1;
    }

    @Override
    public void uncaughtException(Thread thread, Throwable failure) {}

    @Override
    public boolean equals(Object other) {
      return true;
    }

    @Override
    public int hashCode() {
      return 0;
    }
  }

  /** A library whose class starts a thread, and a thread of a task that has ended beside it. */
  static final class LazyLibrary {

    private static final Timer TIMER = new Timer(true);

    private LazyLibrary() {}

    static int use() {
      Thread helper = LeakedThreadTest.start("helper", () -> {});
      try {
        helper.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return TIMER.purge();
    }
  }

  /** Interrupts a thread without end, from when another task looks whether it is reached. */
  static final class Interrupter {

    private static final AtomicInteger ROUNDS = new AtomicInteger();
    private static volatile boolean goesOn;

    private Interrupter() {}

    static void start(String name, Thread victim) {
      goesOn = false;
      LeakedThreadTest.start(name, () -> interrupt(victim));
    }

    /** Starts a virtual thread where the JDK has them. */
    static void startUnseen(Thread victim) {
      goesOn = false;
      Runnable body = () -> interrupt(victim);
      try {
        Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, body);
      } catch (NoSuchMethodException e) {
        start("allowed-instead", victim);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }

    private static void interrupt(Thread victim) {
      while (!goesOn) {
        Thread.onSpinWait();
      }
      while (true) {
        victim.interrupt();
        ROUNDS.incrementAndGet();
        Thread.onSpinWait();
      }
    }

    /** Tells whether the current thread is interrupted while that goes on. */
    static boolean reaches() {
      goesOn = true;
      int until = ROUNDS.get() + 1_000;
      boolean interrupted = false;
      while (ROUNDS.get() < until) {
        interrupted |= Thread.currentThread().isInterrupted();
        Thread.onSpinWait();
      }
      return interrupted;
    }
  }

  /** What a task does, beside its transaction. */
  interface Deed extends Serializable {
    void run();
  }

  private long workerOf(Deed deed) {
    return client.execute(
        connection -> {
          deed.run();
          return ProcessHandle.current().pid();
        });
  }

  private void assertCostsTheWorker(Deed deed) {
    long worker = workerOf(deed);

    assertThat(worker()).isNotEqualTo(worker);
  }

  private void assertCostsNothing(Deed deed) {
    long worker = workerOf(deed);

    assertThat(worker()).isEqualTo(worker);
  }

  @Nested
  class ThatDoesNothing {

    @Test
    void costsTheWorkerAllTheSame() {
      long worker =
          client.execute(
              connection -> {
                start("idle", () -> awaitForever());
                return ProcessHandle.current().pid();
              });

      assertThat(worker()).isNotEqualTo(worker);
    }

    @Test
    void costsNothingIfItEndsWithTheTask() throws Exception {
      long worker =
          client.execute(
              connection -> {
                AtomicInteger ran = new AtomicInteger();
                Thread helper = start("helper", ran::incrementAndGet);
                helper.join();
                return ProcessHandle.current().pid();
              });

      assertThat(worker()).isEqualTo(worker);
    }
  }

  /** Returns when the thread has written once; it goes on for as long as the process lives. */
  static void startWriter(Connection connection, String table) {
    CountDownLatch hasWritten = new CountDownLatch(1);
    start(
        "writer",
        () -> {
          for (int id = 1; ; id++) {
            try {
              Sql.run(connection, "INSERT INTO " + table + " VALUES (" + id + ", 'leaked')");
            } catch (SQLException | RuntimeException refused) {
              Thread.onSpinWait();
            }
            hasWritten.countDown();
          }
        });
    try {
      hasWritten.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static Thread start(String name, Runnable body) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  static void awaitForever() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
