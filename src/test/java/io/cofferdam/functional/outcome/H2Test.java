package io.cofferdam.functional.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.Uninterruptibles;
import io.cofferdam.Outcome;
import io.cofferdam.TransactionAction;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionException;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.functional.OnOneDatabase;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** H2 rolls back the loser of a deadlock without a trace, and commits with each definition. */
@Tag("any-jdk")
class H2Test extends OnOneDatabase {

  H2Test() {
    super(DatabaseKind.H2);
  }

  @Nested
  class WhenATaskSwallowsADeadlock {

    /** In a database without functions, which could have committed before. */
    @Test
    void commitsNothingOfWhatCameBeforeOrAfter() throws Exception {
      TestDatabase plain = Databases.fresh(DatabaseKind.H2);
      plain.run(
          "CREATE TABLE t (id INT PRIMARY KEY, note VARCHAR(9))",
          "INSERT INTO t SELECT X, 'untouched' FROM SYSTEM_RANGE(1, 20)");

      try (TransactionExecutor its = TestExecutors.on(plain).workers(1).warmSpares(0).build();
          TransactionClient client = its.client("plain")) {
        assertRolledBack(
            TransactionException.class,
            () ->
                client.run(
                    connection -> {
                      loseADeadlock(connection, plain, "t");
                      Sql.run(connection, "UPDATE t SET note = 'after' WHERE id = 6");
                    }));
      }

      assertThat(plain.number("SELECT COUNT(*) FROM t WHERE note NOT IN ('untouched', 'rival')"))
          .isZero();
    }
  }

  @Nested
  class WhenAFunctionEndsTheTransaction {

    @ParameterizedTest
    @ValueSource(strings = {"commit", "rollback"})
    void saysUnknownWhenTheTaskFailsAfterIt(String end) throws Exception {
      String table = table();
      database.run(
          "CREATE ALIAS IF NOT EXISTS "
              + end
              + "_it AS 'int end(java.sql.Connection c) throws Exception { c."
              + end
              + "(); return 1; }'");

      Throwable thrown =
          catchThrowable(
              () ->
                  client.run(
                      connection -> {
                        Sql.run(
                            connection,
                            "INSERT INTO " + table + " VALUES (1, 'before')",
                            "SELECT " + end + "_it()",
                            "INSERT INTO " + table + " VALUES (2, 'after')");
                        throw new IllegalStateException("on purpose");
                      }));

      assertThat(thrown).hasMessage("on purpose");
      assertThat(Outcome.of(thrown)).isEqualTo(Outcome.UNKNOWN);
      assertThat(rows(table)).isEqualTo(end.equals("commit") ? 1 : 0);
    }

    @Test
    void saysRolledBackWhenItProvesToBeWhole() throws Exception {
      String table = table();

      Throwable thrown =
          catchThrowable(
              () ->
                  client.run(
                      connection -> {
                        Sql.run(
                            connection, "INSERT INTO " + table + " VALUES (1, 'x')", "CALL 1 + 1");
                        throw new IllegalStateException("on purpose");
                      }));

      assertThat(Outcome.of(thrown)).isEqualTo(Outcome.ROLLED_BACK);
      assertThat(rows(table)).isZero();
    }
  }

  @Nested
  class WhatIsExecutedOutOfSight {

    private Throwable toldAfter(String table, TransactionAction<SQLException> hidden) {
      return catchThrowable(
          () ->
              client.run(
                  connection -> {
                    Sql.run(connection, "INSERT INTO " + table + " VALUES (1, 'before')");
                    hidden.run(connection);
                    Sql.run(connection, "INSERT INTO " + table + " VALUES (2, 'after')");
                  }));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "EXECUTE IMMEDIATE 'ROLLBACK'",
          "EXECUTE IMMEDIATE 'COMMIT'",
          "SELECT 1; EXECUTE IMMEDIATE 'ROLLBACK'",
          "CALL do_it('ROLLBACK')",
          "{call do_it('ROLLBACK')}",
          "RUNSCRIPT FROM '%s'"
        })
    void isNoticedWhenItEndsTheTransaction(String statement, @TempDir Path directory)
        throws Exception {
      String table = table();
      Path script = Files.writeString(directory.resolve("rollback.sql"), "ROLLBACK;");
      database.run(
          "CREATE ALIAS IF NOT EXISTS do_it AS 'int doIt(java.sql.Connection c, String sql)"
              + " throws Exception { c.createStatement().execute(sql); return 1; }'");
      String sql = statement.formatted(script);

      Throwable told = toldAfter(table, sql(sql));

      assertThat(told).isInstanceOf(SQLException.class).hasMessageContaining("was ended");
      assertThat(Outcome.of(told)).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void isCommittedWhenItDoesNot() throws Exception {
      String table = table();

      Throwable told =
          toldAfter(
              table,
              sql(
                  "EXECUTE IMMEDIATE 'INSERT INTO " + table + " VALUES (3, ''within'')'",
                  "CREATE TABLE " + table + "_more (id INT)",
                  "CALL 1 + 1"));

      assertThat(told).isNull();
      assertThat(rows(table)).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "CREATE TABLE %s_more (id INT, type INT, event INT); ROLLBACK",
          "CREATE TRIGGER %s_t BEFORE INSERT ON %<s FOR EACH ROW AS 'x'; COMMIT",
          "DECLARE x; ROLLBACK"
        })
    void isNoneOfADefinition(String statement) throws Exception {
      String table = table();
      String sql = statement.formatted(table);

      Throwable told = toldAfter(table, sql(sql));

      assertThat(told)
          .isInstanceOfSatisfying(
              SQLException.class, refused -> assertThat(refused.getSQLState()).isEqualTo("2D000"));
      assertThat(Outcome.of(told)).isEqualTo(Outcome.ROLLED_BACK);
      assertThat(rows(table)).isZero();
    }

    /** It makes a schema, and tables that are linked, in a query. */
    @Test
    void isUnknownWhenTheWorkerDiesAfterAFunctionThatDefines() throws Exception {
      String table = table();
      try (TransactionExecutor crashing = TestExecutors.on(database).workers(1).build();
          TransactionClient crasher = crashing.client("crasher")) {
        Throwable told =
            catchThrowable(
                () ->
                    crasher.run(
                        connection -> {
                          Sql.run(
                              connection,
                              "INSERT INTO " + table + " VALUES (1, 'x')",
                              "SELECT * FROM LINK_SCHEMA('LINKED', '', 'jdbc:h2:mem:none', '', '',"
                                  + " 'PUBLIC')");
                          Runtime.getRuntime().halt(99);
                        }));

        assertThat(Outcome.of(told)).isEqualTo(Outcome.UNKNOWN);
        assertThat(rows(table)).isOne();
      }
    }

    /** The driver writes the name into a statement, without taking care of quotes. */
    @Test
    void isNoNameOfASavepoint() throws Exception {
      String table = table();

      Throwable told =
          toldAfter(table, connection -> connection.setSavepoint("a\"; ROLLBACK; -- "));

      assertThat(told).hasMessageContaining("semicolon");
      assertThat(rows(table)).isZero();
    }
  }

  @Nested
  class WhenAMethodOfTheConnectionCommits {

    private Throwable toldAfterADeath(String table) {
      try (TransactionExecutor crashing = TestExecutors.on(database).workers(1).build();
          TransactionClient crasher = crashing.client("crasher")) {
        return catchThrowable(
            () ->
                crasher.run(
                    connection -> {
                      Sql.run(connection, "INSERT INTO " + table + " VALUES (1, 'x')");
                      connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
                      Runtime.getRuntime().halt(99);
                    }));
      }
    }

    @Test
    void saysUnknownIfTheWorkerDies() throws Exception {
      String table = table();

      assertThat(Outcome.of(toldAfterADeath(table))).isEqualTo(Outcome.UNKNOWN);
      assertThat(rows(table)).isOne();
    }

    @Test
    void isRefusedAfterARollback() throws Exception {
      String table = table();

      assertThatThrownBy(
              () ->
                  client.run(
                      connection -> {
                        Sql.run(connection, "INSERT INTO " + table + " VALUES (1, 'x')");
                        SwallowedRollbackTest.swallow(connection, Connection::rollback);
                        connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
                      }))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("not allowed after a rollback");
      assertThat(rows(table)).isZero();
    }
  }

  @Test
  void aLinkedTableKeepsItsRowsThroughARollback() throws Exception {
    TestDatabase other = Databases.fresh(DatabaseKind.H2);
    other.run("CREATE TABLE far (id INT)");
    TestDatabase linking = Databases.fresh(DatabaseKind.H2);
    linking.run(
        "CREATE LINKED TABLE near(NULL, '%s', '%s', '%s', 'FAR')"
            .formatted(other.url(), other.username(), other.password()));
    try (TransactionExecutor its = TestExecutors.on(linking).workers(1).warmSpares(0).build();
        TransactionClient client = its.client("linking")) {
      Throwable told =
          catchThrowable(
              () ->
                  client.run(
                      connection -> {
                        Sql.run(connection, "INSERT INTO near VALUES (1)");
                        throw new IllegalStateException("on purpose");
                      }));

      assertThat(Outcome.of(told)).isEqualTo(Outcome.UNKNOWN);
      assertThat(other.number("SELECT COUNT(*) FROM far")).isOne();
    }
  }

  @Nested
  class WhenATaskSwallowsALockTimeout {

    @Test
    void commitsTheRestBecauseOnlyTheStatementWasRolledBack() throws Exception {
      String table = table();
      database.run("INSERT INTO " + table + " SELECT X, 'untouched' FROM SYSTEM_RANGE(1, 20)");
      TestDatabase beside = database;

      client.run(
          connection -> {
            Sql.run(connection, "UPDATE " + table + " SET note = 'mine' WHERE id = 1");
            try (Connection other = beside.connect()) {
              other.setAutoCommit(false);
              Sql.run(other, "UPDATE " + table + " SET note = 'rival' WHERE id = 2");
              try {
                Sql.run(connection, "UPDATE " + table + " SET note = 'mine' WHERE id = 2");
                throw new AssertionError("there was no lock timeout");
              } catch (SQLException timeout) {
                assertThat(timeout.getSQLState()).isEqualTo("HYT00");
              }
            }
            Sql.run(connection, "UPDATE " + table + " SET note = 'mine' WHERE id = 3");
          });

      assertThat(database.number("SELECT COUNT(*) FROM " + table + " WHERE note = 'mine'"))
          .isEqualTo(2);
    }
  }

  @Nested
  class WhenAStatementCommitsByItself {

    @Test
    void commitsATaskThatReturns() throws Exception {
      String table = table();

      client.run(
          sql(
              "INSERT INTO " + table + " VALUES (1, 'before')",
              "CREATE TABLE " + table + "_new (id INT PRIMARY KEY)",
              "INSERT INTO " + table + " VALUES (2, 'after')"));

      assertThat(rows(table)).isEqualTo(2);
      assertThat(rows(table + "_new")).isZero();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "CREATE TABLE made (id INT)",
          "/* harmless */ create table made (id INT)",
          "ALTER TABLE %s ADD COLUMN more INT",
          "CREATE INDEX quick ON %s (note)",
          "TRUNCATE TABLE %s",
          "COMMENT ON TABLE %s IS 'x'",
          "SELECT 1; CREATE TABLE made (id INT)"
        })
    void saysUnknownWhenTheTaskFailsAfterIt(String statement) throws Exception {
      String table = table();
      database.run("DROP TABLE IF EXISTS made", "DROP INDEX IF EXISTS quick");
      String sql = statement.formatted(table);

      Throwable thrown =
          catchThrowable(
              () ->
                  client.run(
                      connection -> {
                        Sql.run(connection, "INSERT INTO " + table + " VALUES (1, 'x')", sql);
                        throw new IllegalStateException("after " + sql);
                      }));

      assertThat(thrown).isInstanceOf(IllegalStateException.class).hasMessage("after " + sql);
      assertThat(Outcome.of(thrown)).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void saysRolledBackWhenTheStatementsWereHarmless() throws Exception {
      String table = table();

      Throwable thrown =
          catchThrowable(
              () ->
                  client.run(
                      connection -> {
                        Sql.run(
                            connection,
                            "INSERT INTO " + table + " VALUES (1, 'x')",
                            "MERGE INTO " + table + " KEY (id) VALUES (1, 'create table')",
                            "SELECT * FROM " + table,
                            "DELETE FROM " + table);
                        throw new IllegalStateException("no");
                      }));

      assertThat(Outcome.of(thrown)).isEqualTo(Outcome.ROLLED_BACK);
      assertThat(rows(table)).isZero();
    }
  }

  /**
   * Loses a deadlock and swallows the error. The younger transaction loses, so the rival begins
   * first; then it must wait before this one closes the circle.
   */
  static void loseADeadlock(Connection connection, TestDatabase database, String table)
      throws SQLException {
    CountDownLatch rivalHasBegun = new CountDownLatch(1);
    CountDownLatch mineIsLocked = new CountDownLatch(1);
    Thread rival =
        new Thread(
            () -> {
              try (Connection other = database.connect()) {
                other.setAutoCommit(false);
                Sql.run(
                    other,
                    "SET LOCK_TIMEOUT 60000",
                    "UPDATE " + table + " SET note = 'rival' WHERE id = 10");
                rivalHasBegun.countDown();
                mineIsLocked.await();
                Sql.run(other, "UPDATE " + table + " SET note = 'rival' WHERE id = 1");
                other.commit();
              } catch (SQLException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    rival.start();
    try {
      rivalHasBegun.await();
      Sql.run(connection, "UPDATE " + table + " SET note = 'mine' WHERE id IN (1, 2)");
      mineIsLocked.countDown();
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  database.number(
                          "SELECT COUNT(*) FROM INFORMATION_SCHEMA.SESSIONS"
                              + " WHERE BLOCKER_ID IS NOT NULL")
                      > 0);
      Sql.run(connection, "UPDATE " + table + " SET note = 'mine' WHERE id = 10");
      throw new AssertionError("there was no deadlock");
    } catch (SQLException deadlock) {
      assertThat(deadlock.getSQLState()).isEqualTo("40001");
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      Uninterruptibles.joinUninterruptibly(rival);
    }
  }
}
