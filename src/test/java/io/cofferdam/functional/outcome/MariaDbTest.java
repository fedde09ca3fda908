package io.cofferdam.functional.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.cofferdam.Outcome;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionException;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.functional.OnOneDatabase;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.MariaDbLocks;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.DatabaseServer;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** MariaDB ends transactions behind one's back: by deadlocks, and by statements that commit. */
@Tag("any-jdk")
class MariaDbTest extends OnOneDatabase {

  MariaDbTest() {
    super(DatabaseKind.MARIADB);
  }

  @Nested
  class WhenATaskSwallowsADeadlock {

    @Test
    void commitsNothingOfWhatCameBeforeOrAfter() throws Exception {
      String table = table();
      MariaDbLocks.fill(database, table);
      TestDatabase beside = database;

      assertRolledBack(
          TransactionException.class,
          () ->
              client.run(
                  connection -> {
                    Sql.run(connection, "UPDATE " + table + " SET note = 'before' WHERE id = 5");
                    MariaDbLocks.loseADeadlock(connection, beside, table);
                    Sql.run(connection, "UPDATE " + table + " SET note = 'after' WHERE id = 6");
                  }));

      assertThat(MariaDbLocks.touched(database, table)).isZero();
    }

    @Test
    void keepsTheWorker() throws Exception {
      String table = table();
      MariaDbLocks.fill(database, table);
      TestDatabase beside = database;
      long worker = worker();

      assertRolledBack(
          TransactionException.class,
          () -> client.run(connection -> MariaDbLocks.loseADeadlock(connection, beside, table)));

      assertThat(worker()).isEqualTo(worker);
    }
  }

  @Nested
  class WhenATaskSwallowsALockTimeout {

    @Test
    void commitsTheRestBecauseOnlyTheStatementWasRolledBack() throws Exception {
      String table = table();
      MariaDbLocks.fill(database, table);
      TestDatabase beside = database;

      client.run(connection -> MariaDbLocks.loseALockTimeout(connection, beside, table));

      assertThat(MariaDbLocks.touched(database, table)).isEqualTo(2);
    }

    @Test
    void commitsNothingIfTheServerRollsBackTheTransaction() throws Exception {
      try (DatabaseServer server = Databases.startMariaDb("--innodb-rollback-on-timeout=ON")) {
        TestDatabase strict = server.fresh();
        strict.run("CREATE TABLE t (id INT PRIMARY KEY, note VARCHAR(100))");
        MariaDbLocks.fill(strict, "t");
        try (TransactionExecutor executor =
                TestExecutors.on(strict).workers(1).warmSpares(0).build();
            TransactionClient client = executor.client("strict")) {

          assertRolledBack(
              TransactionException.class,
              () ->
                  client.run(connection -> MariaDbLocks.loseALockTimeout(connection, strict, "t")));

          assertThat(MariaDbLocks.touched(strict, "t")).isZero();
        }
      }
    }
  }

  @Nested
  class WhenAStatementCommitsByItself {

    @Test
    void commitsATaskThatReturns() throws Exception {
      String table = table();

      String result =
          client.execute(
              connection -> {
                Sql.run(
                    connection,
                    "INSERT INTO " + table + " VALUES (1, 'before')",
                    "CREATE TABLE " + table + "_new (id INT PRIMARY KEY)",
                    "INSERT INTO " + table + " VALUES (2, 'after')");
                return "done";
              });

      assertThat(result).isEqualTo("done");
      assertThat(rows(table)).isEqualTo(2);
      assertThat(rows(table + "_new")).isZero();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "CREATE TABLE made (id INT)",
          "/* harmless */ create table made_too (id INT)",
          "ALTER TABLE %s ADD COLUMN more INT",
          "CREATE INDEX quick ON %s (note)",
          "TRUNCATE TABLE other",
          "RENAME TABLE other TO another",
          "LOCK TABLES %s WRITE",
          "ANALYZE TABLE %s",
          "GRANT SELECT ON * TO CURRENT_USER",
          "CALL eager()"
        })
    void saysUnknownWhenTheTaskFailsAfterIt(String statement) throws Exception {
      String table = table();
      database.run(
          "DROP TABLE IF EXISTS made, made_too, other, another",
          "CREATE TABLE other (id INT)",
          "DROP PROCEDURE IF EXISTS eager",
          "CREATE PROCEDURE eager() COMMIT");
      String sql = statement.formatted(table);
      String insert = "INSERT INTO " + table + " (id, note) VALUES (1, 'stays')";

      Throwable thrown =
          catchThrowable(
              () ->
                  client.run(
                      connection -> {
                        Sql.run(connection, insert);
                        try (Statement execution = connection.createStatement()) {
                          execution.execute(sql);
                        } catch (SQLException notAllowed) {
                          // A GRANT commits even if it then fails.
                        }
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
                            "UPDATE " + table + " SET note = 'create table'",
                            "SELECT * FROM " + table,
                            "REPLACE INTO " + table + " VALUES (1, 'y')",
                            "DELETE FROM " + table);
                        throw new IllegalStateException("no");
                      }));

      assertThat(Outcome.of(thrown)).isEqualTo(Outcome.ROLLED_BACK);
      assertThat(rows(table)).isZero();
    }

    /** The guard reads the statement, not what the statement runs. */
    @ParameterizedTest
    @ValueSource(
        strings = {
          "EXECUTE IMMEDIATE 'COMMIT'",
          "EXECUTE IMMEDIATE 'ROLLBACK'",
          "BEGIN NOT ATOMIC COMMIT; END"
        })
    void tellsTheTruthAboutAnEndInDisguise(String disguised) throws Exception {
      String table = table();

      Throwable thrown =
          catchThrowable(
              () ->
                  client.run(
                      connection ->
                          Sql.run(
                              connection,
                              "INSERT INTO " + table + " VALUES (1, 'before')",
                              disguised,
                              "INSERT INTO " + table + " VALUES (2, 'after')")));

      assertTruth(thrown, rows(table), 2);
    }

    @Test
    void commitsATaskThatCallsAProcedureWhichLeavesTheTransactionAlone() throws Exception {
      String table = table();
      database.run("CREATE PROCEDURE meek() INSERT INTO " + table + " VALUES (1, 'x')");

      client.run(sql("CALL meek()", "INSERT INTO " + table + " VALUES (2, 'x')"));

      assertThat(rows(table)).isEqualTo(2);
    }

    /** As one that has a handler for deadlocks may do. */
    @Test
    void tellsTheTruthAboutAProcedureThatRollsBack() throws Exception {
      String table = table();
      database.run("CREATE PROCEDURE fickle() ROLLBACK");

      Throwable thrown =
          catchThrowable(
              () ->
                  client.run(
                      sql(
                          "INSERT INTO " + table + " VALUES (1, 'before')",
                          "CALL fickle()",
                          "INSERT INTO " + table + " VALUES (2, 'after')")));

      assertThat(thrown).isInstanceOf(TransactionException.class);
      assertTruth(thrown, rows(table), 2);
    }

    @Test
    void releasesTheTablesThatATaskLocked() throws Exception {
      String table = table();

      client.run(sql("LOCK TABLES " + table + " WRITE"));

      database.run("INSERT INTO " + table + " VALUES (1, 'x')");
      assertThat(rows(table)).isEqualTo(1);
    }
  }

  @Nested
  class WhenAResultIsStreamed {

    @Test
    void commitsThoughItWasNotReadToItsEnd() throws Exception {
      String table = table();
      database.run("INSERT INTO " + table + " SELECT seq, 'x' FROM seq_1_to_10000");
      long worker = worker();

      client.run(
          connection -> {
            Sql.run(connection, "INSERT INTO " + table + " VALUES (0, 'mine')");
            Statement statement = connection.createStatement();
            statement.setFetchSize(1);
            ResultSet rows = statement.executeQuery("SELECT * FROM " + table);
            rows.next();
          });

      assertThat(rows(table)).isEqualTo(10_001);
      assertThat(worker()).isEqualTo(worker);
    }
  }

  /** Fails if what the caller was told does not agree with the rows. */
  static void assertTruth(Throwable thrown, long rows, long all) {
    if (thrown == null) {
      assertThat(rows).as("rows after success").isEqualTo(all);
    } else if (Outcome.of(thrown) == Outcome.ROLLED_BACK) {
      assertThat(rows).as("rows after %s", thrown).isZero();
    } else {
      assertThat(Outcome.of(thrown)).as("outcome of %s", thrown).isEqualTo(Outcome.UNKNOWN);
    }
  }
}
