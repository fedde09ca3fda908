package io.cofferdam.functional.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.cofferdam.Outcome;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.TransactionOptions;
import io.cofferdam.functional.WithOneWorker;
import io.cofferdam.testing.Sabotage;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import io.cofferdam.testkit.process.ChildApplication;
import io.cofferdam.testkit.process.Kill;
import io.cofferdam.testkit.process.WorkerProcesses;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The server ends a transaction whose client says nothing any more, as that of a machine that has
 * vanished or is frozen, and none whose task may still live.
 */
@Tag("any-jdk")
@ParameterizedClass
@EnumSource(names = {"POSTGRESQL", "MARIADB"})
class IdleLimitTest extends WithOneWorker {

  @Parameter DatabaseKind parameter;

  @BeforeParameterizedClassInvocation
  final void openExecutor(DatabaseKind kind) {
    open(kind);
  }

  @AfterParameterizedClassInvocation
  final void closeExecutor() {
    close();
  }

  /** Returns the name of the server's setting. */
  private static String setting(DatabaseKind kind) {
    return kind == DatabaseKind.MARIADB
        ? "idle_transaction_timeout"
        : "idle_in_transaction_session_timeout";
  }

  /** Returns the limit as the task's session has it, in seconds; leaves nothing in the session. */
  private static long limit(DatabaseKind kind, Connection connection) throws SQLException {
    String query =
        kind == DatabaseKind.MARIADB
            ? "SELECT variable_value FROM information_schema.session_variables"
                + " WHERE variable_name = '"
                + setting(kind)
                + "'"
            : "SELECT CAST(extract(epoch FROM CAST(current_setting('"
                + setting(kind)
                + "') AS interval)) AS integer)";
    return Sql.number(connection, query);
  }

  private static long limitOfTask(DatabaseKind kind, TransactionClient client, Duration timeout)
      throws SQLException {
    return client.execute(
        TransactionOptions.defaults().timeout(timeout), connection -> limit(kind, connection));
  }

  private long limitOfTask(TransactionExecutorBuilder builder) throws SQLException {
    DatabaseKind database = kind;
    try (TransactionExecutor other = builder.workers(1).warmSpares(0).build();
        TransactionClient one = other.client("other")) {
      return one.execute(connection -> limit(database, connection));
    }
  }

  /** Returns a builder whose sessions have a limit from their start, by a property. */
  private TransactionExecutorBuilder withProperty(int seconds) {
    return kind == DatabaseKind.MARIADB
        ? TestExecutors.on(database)
            .connectionProperty("sessionVariables", setting(kind) + "=" + seconds)
        : TestExecutors.on(database)
            .connectionProperty("options", "-c " + setting(kind) + "=" + seconds + "s");
  }

  /** Returns a builder whose sessions have no limit, by the URL. */
  private TransactionExecutorBuilder withoutByUrl() {
    String off = setting(kind) + "=0";
    return TestExecutors.on(database)
        .jdbcUrl(
            database.url()
                + (kind == DatabaseKind.MARIADB ? "?sessionVariables=" : "?options=-c%20")
                + off);
  }

  private static void idle(Duration time) {
    long untilNanos = System.nanoTime() + time.toNanos();
    while (untilNanos - System.nanoTime() > 0) {
      LockSupport.parkNanos(untilNanos - System.nanoTime());
    }
  }

  @Nested
  class AMachineThatIsFrozen {

    /** Both processes are stopped, so nobody cancels the task, and no connection is closed. */
    @Test
    void losesItsLocks() throws Exception {
      String table = table();
      database.run("INSERT INTO " + table + " VALUES (1, 'x')");
      String locking = "SELECT id FROM " + table + " WHERE id = 1 FOR UPDATE NOWAIT";
      try (ChildApplication application =
          ChildApplication.start(
              Application.class, database.url(), database.username(), database.password(), table)) {
        await("the lock").atMost(PATIENCE).until(() -> !runs(database, locking));
        Kill.sendToGroup("STOP", application);
        List<ProcessHandle> workers = application.workers();
        assertThat(runs(database, locking)).as("the row is free at once").isFalse();

        await("the end of the lock").atMost(PATIENCE).until(() -> runs(database, locking));

        assertThat(workers)
            .isNotEmpty()
            .allSatisfy(
                worker ->
                    assertThat(WorkerProcesses.status(worker.pid(), "State")).startsWith("T"));
      }
    }

    private static boolean runs(TestDatabase database, String query) {
      try {
        database.run(query);
        return true;
      } catch (SQLException e) {
        return false;
      }
    }
  }

  /** Holds a lock in a task that idles, as long as that is not stopped. */
  static final class Application {

    public static void main(String[] arguments) throws Exception {
      TransactionExecutor executor =
          TransactionExecutor.builder()
              .jdbcUrl(arguments[0])
              .username(arguments[1])
              .password(arguments[2])
              .workers(1)
              .timeout(Duration.ofSeconds(3))
              .killGrace(Duration.ZERO)
              .build();
      TransactionClient client = executor.client("frozen");
      String update = "UPDATE " + arguments[3] + " SET note = 'y' WHERE id = 1";
      client.execute(
          connection -> {
            Sql.run(connection, update);
            Sabotage.hang();
            return null;
          });
    }
  }

  @Nested
  class ATaskThatIdles {

    @Test
    void isNotEndedBeforeItsDeadline() throws Exception {
      String table = table();

      client.run(
          TransactionOptions.defaults().timeout(Duration.ofSeconds(10)),
          connection -> {
            Sql.run(connection, "INSERT INTO " + table + " VALUES (1, 'x')");
            idle(Duration.ofSeconds(4));
            Sql.run(connection, "INSERT INTO " + table + " VALUES (2, 'x')");
          });

      assertThat(rows(table)).isEqualTo(2);
    }

    /** By the user's own limit, as no task lives long enough for that of the executor. */
    @Test
    void isRolledBackIfTheServerEndsItsSession() throws Exception {
      String table = table();
      TestDatabase outside = database;
      String mine = kind.sessionId();
      try (TransactionExecutor other = withProperty(1).workers(1).warmSpares(0).build();
          TransactionClient one = other.client("idle")) {
        SQLException told =
            catchThrowableOfType(
                SQLException.class,
                () ->
                    one.run(
                        connection -> {
                          long session = Sql.number(connection, mine);
                          Sql.run(connection, "INSERT INTO " + table + " VALUES (1, 'x')");
                          String lives = outside.kind().sessionExists(session);
                          while (outside.number(lives) > 0) {
                            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
                          }
                          Sql.run(connection, "INSERT INTO " + table + " VALUES (2, 'x')");
                        }));

        assertThat(Outcome.of(told)).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(told.getSQLState()).isEqualTo(kind == DatabaseKind.MARIADB ? "08000" : "25P03");
        one.run(sql("INSERT INTO " + table + " VALUES (3, 'x')"));
      }
      assertThat(database.number("SELECT SUM(id) FROM " + table)).isEqualTo(3);
    }
  }

  @Nested
  class TheLimit {

    /** The next power of two after timeout, grace (2 s) and a second. */
    @Test
    void isLongerThanTheTaskAndItsWorkerLive() throws Exception {
      try (TransactionExecutor other = TestExecutors.on(database).workers(1).warmSpares(0).build();
          TransactionClient one = other.client("other")) {
        assertThat(limitOfTask(kind, one, Duration.ofSeconds(5))).isEqualTo(8);
        assertThat(limitOfTask(kind, one, Duration.ofSeconds(30))).isEqualTo(64);
        assertThat(limitOfTask(kind, one, Duration.ofSeconds(62))).isEqualTo(128);
        assertThat(limitOfTask(kind, one, Duration.ofMinutes(10))).isEqualTo(1024);
        assertThat(limitOfTask(kind, one, Duration.ofSeconds(4))).isEqualTo(8);
      }
    }

    @Test
    void countsTheGrace() throws Exception {
      assertThat(limitOfTask(TestExecutors.on(database).killGrace(Duration.ofMinutes(1))))
          .isEqualTo(128);
    }

    @Test
    void isThatOfTheUserIfTheUrlOrAPropertyHasOne() throws Exception {
      assertThat(limitOfTask(withProperty(7))).isEqualTo(7);
      assertThat(limitOfTask(withoutByUrl())).isZero();
    }

    @Test
    void isThatOfTheNextTaskAfterATaskHasSetItsOwn() throws Exception {
      DatabaseKind database = kind;
      String own = kind == DatabaseKind.MARIADB ? "7" : "'7s'";
      String set = "SET SESSION " + setting(kind) + " = " + own;

      long ofTask =
          client.execute(
              connection -> {
                Sql.run(connection, set);
                return limit(database, connection);
              });

      assertThat(ofTask).isEqualTo(7);
      assertThat(limitOfTask(kind, client, Duration.ofSeconds(30))).isEqualTo(64);
    }
  }
}
