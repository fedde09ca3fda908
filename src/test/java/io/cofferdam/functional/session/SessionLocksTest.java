package io.cofferdam.functional.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.cofferdam.OutcomeTracking;
import io.cofferdam.SessionHygiene;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.WorkerCrashedException;
import io.cofferdam.functional.WithHarmedWorkers;
import io.cofferdam.functional.WithOneWorker;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/**
 * A lock that outlives transactions ends with its task all the same: when the caller has its answer
 * it is free, unless a function took it in a transaction that was committed. Then it is free before
 * the next task.
 */
@Tag("any-jdk")
@Tag("process")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SessionLocksTest {

  private static final int TASKS = 100;

  private static final String OWN_LOCKS =
      "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()";

  private static String take(DatabaseKind kind) {
    return kind == DatabaseKind.POSTGRESQL
        ? "SELECT pg_advisory_lock(4711)"
        : "SELECT GET_LOCK('mine', 0)";
  }

  private static String isFree(DatabaseKind kind) {
    return kind == DatabaseKind.POSTGRESQL
        ? "SELECT count(*) = 0 FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711"
        : "SELECT IS_FREE_LOCK('mine') = 1";
  }

  /** Makes a function that takes the lock, and whose call does not say so. */
  private static void makeFunction(TestDatabase database) throws SQLException {
    database.run(
        database.kind() == DatabaseKind.POSTGRESQL
            ? "CREATE FUNCTION harmless() RETURNS int LANGUAGE plpgsql AS"
                + " 'BEGIN PERFORM pg_advisory_lock(4711); RETURN 1; END'"
            : "CREATE FUNCTION harmless() RETURNS INT RETURN GET_LOCK('mine', 0)");
  }

  private static TransactionExecutor start(TestDatabase database, OutcomeTracking tracking) {
    return TestExecutors.on(database).workers(1).warmSpares(0).outcomeTracking(tracking).build();
  }

  private static boolean isFree(Connection observer, DatabaseKind kind) throws SQLException {
    String answer = Sql.text(observer, isFree(kind));
    return "t".equals(answer) || "1".equals(answer);
  }

  @ParameterizedTest
  @EnumSource(names = {"POSTGRESQL", "MARIADB"})
  void isFreeWhenAFailureIsTold(DatabaseKind kind) throws Exception {
    TestDatabase database = Databases.fresh(kind);
    makeFunction(database);
    try (TransactionExecutor executor = start(database, OutcomeTracking.NONE);
        TransactionClient client = executor.client("failing");
        Connection observer = database.connect()) {
      for (int i = 0; i < TASKS; i++) {
        String statement = i % 2 == 0 ? take(kind) : "SELECT harmless()";

        assertThatThrownBy(
                () ->
                    client.run(
                        connection -> {
                          Sql.run(connection, statement);
                          throw new IllegalStateException("on purpose");
                        }))
            .hasMessage("on purpose");

        assertThat(isFree(observer, kind)).as("free after failure %s of %s", i, statement).isTrue();
      }
    }
  }

  /** The server takes its time to notice that a connection is closed. */
  @Test
  void ofAWholeTableIsFreeWhenTheEndIsTold() throws Exception {
    TestDatabase database = Databases.fresh(DatabaseKind.MARIADB);
    database.run("CREATE TABLE locked (id INT)");
    try (TransactionExecutor executor = start(database, OutcomeTracking.NONE);
        TransactionClient client = executor.client("locking");
        Connection observer = database.connect()) {
      for (int i = 0; i < TASKS / 5; i++) {
        assertThatThrownBy(
                () ->
                    client.run(
                        connection -> {
                          Sql.run(connection, "LOCK TABLES locked WRITE");
                          throw new IllegalStateException("on purpose");
                        }))
            .hasMessage("on purpose");

        Sql.run(observer, "SELECT * FROM locked FOR UPDATE NOWAIT");
        client.run(connection -> Sql.run(connection, "LOCK TABLES locked WRITE"));
        Sql.run(observer, "SELECT * FROM locked FOR UPDATE NOWAIT");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"POSTGRESQL", "MARIADB"})
  void isFreeWhenACommitIsTold(DatabaseKind kind) throws Exception {
    TestDatabase database = Databases.fresh(kind);
    try (TransactionExecutor executor = start(database, OutcomeTracking.NONE);
        TransactionClient client = executor.client("committing");
        Connection observer = database.connect()) {
      for (int i = 0; i < TASKS; i++) {
        client.run(connection -> Sql.run(connection, take(kind)));

        assertThat(isFree(observer, kind)).as("free after commit %s", i).isTrue();
      }
    }
  }

  /** What a function takes that the text names is given back before the answer. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "EXPLAIN ANALYZE SELECT pg_advisory_lock(4711)",
        "DECLARE c CURSOR FOR SELECT pg_advisory_lock(4711);; FETCH c",
        "SELECT U&\"pg_advisory\\005flock\"(4711)",
        "SELECT \"pg_advisory_lock\"(4711)",
        "CREATE TEMPORARY TABLE locking AS SELECT pg_try_advisory_lock(4711)",
        "SELECT * FROM generate_series(1, 3) WHERE pg_try_advisory_lock_shared(4711)"
      })
  void isFreeWhenACommitIsToldWhateverStatementTookIt(String statements) throws Exception {
    TestDatabase database = Databases.fresh(DatabaseKind.POSTGRESQL);
    String[] each = statements.split(";; ", -1);
    try (TransactionExecutor executor = start(database, OutcomeTracking.NONE);
        TransactionClient client = executor.client("committing");
        Connection observer = database.connect()) {
      for (int i = 0; i < TASKS / 5; i++) {
        boolean taken =
            client.execute(
                connection -> {
                  Sql.run(connection, each);
                  return Sql.number(connection, OWN_LOCKS) > 0;
                });

        assertThat(taken).isTrue();
        assertThat(isFree(observer, DatabaseKind.POSTGRESQL))
            .as("free after commit %s", i)
            .isTrue();
      }
    }
  }

  @Test
  void isFreeWhenTheEndOfACopyIsTold() throws Exception {
    TestDatabase database = Databases.fresh(DatabaseKind.POSTGRESQL);
    try (TransactionExecutor executor = start(database, OutcomeTracking.NONE);
        TransactionClient client = executor.client("copying");
        Connection observer = database.connect()) {
      for (int i = 0; i < TASKS / 5; i++) {
        client.run(
            connection ->
                connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyOut(
                        "COPY (SELECT pg_advisory_lock(4711)) TO STDOUT",
                        OutputStream.nullOutputStream()));

        assertThat(isFree(observer, DatabaseKind.POSTGRESQL))
            .as("free after commit %s", i)
            .isTrue();
      }
    }
  }

  /** No statement but that which names it, or the end of the session, gives such a lock back. */
  @ParameterizedTest
  @ValueSource(strings = {"HANDLER locked OPEN", "BACKUP LOCK locked", "BACKUP STAGE START"})
  void ofATableIsFreeWhenTheEndIsToldThoughOnlyTheSessionsEndFreesIt(String statement)
      throws Exception {
    TestDatabase database = Databases.fresh(DatabaseKind.MARIADB);
    database.run("CREATE TABLE locked (id INT)");
    try (Connection admin = Databases.shared(DatabaseKind.MARIADB).admin(database)) {
      Sql.run(admin, "GRANT RELOAD ON *.* TO '" + database.username() + "'@'%'");
    }
    String[] rival =
        statement.startsWith("BACKUP STAGE")
            ? new String[] {"BACKUP STAGE START", "BACKUP STAGE END"}
            : new String[] {"ALTER TABLE locked NOWAIT COMMENT = 'mine'"};
    try (TransactionExecutor executor = start(database, OutcomeTracking.NONE);
        TransactionClient client = executor.client("locking");
        Connection observer = database.connect()) {
      Sql.run(observer, "SET lock_wait_timeout = 0");
      for (int i = 0; i < TASKS / 5; i++) {
        boolean commits = i % 2 == 0;

        Throwable told =
            catchThrowable(
                () ->
                    client.run(
                        connection -> {
                          Sql.run(connection, statement);
                          if (!commits) {
                            throw new IllegalStateException("on purpose");
                          }
                        }));

        Sql.run(observer, rival);
        if (commits) {
          assertThat(told).isNull();
        } else {
          assertThat(told).hasMessage("on purpose");
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"POSTGRESQL", "MARIADB"})
  void isFreeWhenACommitOfAStrictExecutorIsTold(DatabaseKind kind) throws Exception {
    TestDatabase database = Databases.fresh(kind);
    makeFunction(database);
    try (TransactionExecutor executor =
            TestExecutors.on(database)
                .workers(1)
                .warmSpares(0)
                .sessionHygiene(SessionHygiene.STRICT)
                .build();
        TransactionClient client = executor.client("strict");
        Connection observer = database.connect()) {
      for (int i = 0; i < TASKS / 10; i++) {
        client.run(connection -> Sql.run(connection, "SELECT harmless()"));

        assertThat(isFree(observer, kind)).as("free after commit %s", i).isTrue();
      }
    }
  }

  /** The worker stays, and so does the lock by which settlement finds its session. */
  @ParameterizedTest
  @ValueSource(strings = {"SELECT harmless()", "INSERT INTO guarded VALUES (1)"})
  void isFreeSoonIfAFunctionTookIt(String statement) throws Exception {
    TestDatabase database = Databases.fresh(DatabaseKind.MARIADB);
    makeFunction(database);
    database.run(
        "CREATE TABLE guarded (id INT)",
        "CREATE TRIGGER locking BEFORE INSERT ON guarded FOR EACH ROW SET @unused = harmless()");
    database.run(
        "CREATE TABLE held (id INT PRIMARY KEY, note VARCHAR(10))",
        "INSERT INTO held VALUES (1, 'free')");
    try (TransactionExecutor executor = start(database, OutcomeTracking.NONE);
        TransactionClient client = executor.client("function");
        Connection observer = database.connect()) {
      long session = client.execute(c -> Sql.number(c, "SELECT CONNECTION_ID()"));

      client.run(connection -> Sql.run(connection, statement));

      await().atMost(WithOneWorker.PATIENCE).until(() -> isFree(observer, DatabaseKind.MARIADB));
      long after = client.execute(c -> Sql.number(c, "SELECT CONNECTION_ID()"));
      assertThat(after).as("the session").isEqualTo(session);
      assertSettlementFindsTheSession(executor, client, observer, "SELECT 1");
    }
  }

  /** Settlement finds a session by a lock that the task can give back. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT RELEASE_ALL_LOCKS()",
        "SELECT let_go()",
        "INSERT INTO guarded VALUES (1)",
        "CALL let_go_too()"
      })
  void ofADeadWorkerIsFreeWhenThatIsToldThoughItHadGivenAllBack(String statement) throws Exception {
    TestDatabase database = Databases.fresh(DatabaseKind.MARIADB);
    database.run(
        "CREATE FUNCTION let_go() RETURNS INT RETURN RELEASE_ALL_LOCKS()",
        "CREATE PROCEDURE let_go_too() SELECT RELEASE_ALL_LOCKS()",
        "CREATE TABLE guarded (id INT)",
        "CREATE TRIGGER letting BEFORE INSERT ON guarded FOR EACH ROW SET @unused = let_go()",
        "CREATE TABLE held (id INT PRIMARY KEY, note VARCHAR(10))",
        "INSERT INTO held VALUES (1, 'free')");
    try (TransactionExecutor executor = start(database, OutcomeTracking.NONE);
        TransactionClient client = executor.client("letting go");
        Connection observer = database.connect()) {
      assertSettlementFindsTheSession(executor, client, observer, statement);
    }
  }

  private static void assertSettlementFindsTheSession(
      TransactionExecutor executor, TransactionClient client, Connection observer, String statement)
      throws Exception {
    CompletableFuture<Object> victim =
        client.submit(
            connection -> {
              Sql.run(
                  connection,
                  statement,
                  "UPDATE held SET note = 'held' WHERE id = 1",
                  "SELECT BENCHMARK(2000000000, MD5('cofferdam'))");
              return "ended";
            });
    await("the victim's statement")
        .atMost(WithOneWorker.PATIENCE)
        .until(
            () ->
                Sql.number(
                        observer,
                        "SELECT COUNT(*) FROM information_schema.processlist"
                            + " WHERE info LIKE '%BENCHMARK(%' AND id <> CONNECTION_ID()")
                    == 1);

    WithHarmedWorkers.kill(executor.snapshot().workers().get(0));

    WorkerCrashedException crash =
        WithHarmedWorkers.failureOf(WorkerCrashedException.class, victim);
    assertThat(crash.sessionMayBeAlive()).isFalse();
    Sql.run(observer, "SELECT note FROM held WHERE id = 1 FOR UPDATE NOWAIT");
  }
}
