package io.cofferdam.functional.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.cofferdam.CommitFailedException;
import io.cofferdam.Outcome;
import io.cofferdam.OutcomeTracking;
import io.cofferdam.TransactionAction;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.TransactionOptions;
import io.cofferdam.TransactionTimeoutException;
import io.cofferdam.functional.WithOneWorker;
import io.cofferdam.testing.MariaDbLocks;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the savepoint of MariaDB and its warnings tell about the end of a transaction. */
@Tag("any-jdk")
@ParameterizedClass
@EnumSource(names = {"NONE", "LEDGER"})
class MariaDbEndsTest extends WithOneWorker {

  private String table;

  @Parameter OutcomeTracking tracking;

  @BeforeParameterizedClassInvocation
  final void openExecutor(OutcomeTracking parameter) {
    tracking = parameter;
    open(DatabaseKind.MARIADB);
  }

  @AfterParameterizedClassInvocation
  final void closeExecutor() {
    close();
  }

  @Override
  protected TransactionExecutorBuilder configure(TransactionExecutorBuilder builder) {
    return builder.outcomeTracking(tracking);
  }

  @BeforeEach
  void makeTables() throws SQLException {
    table = table();
    database.run(
        "CREATE OR REPLACE TABLE other (id INT)",
        "CREATE OR REPLACE TABLE lasting (id INT) ENGINE = MyISAM",
        "CREATE OR REPLACE PROCEDURE fickle() ROLLBACK",
        "CREATE OR REPLACE PROCEDURE eager() COMMIT",
        "CREATE OR REPLACE PROCEDURE later() INSERT DELAYED INTO lasting VALUES (1)",
        "CREATE OR REPLACE PROCEDURE meek() INSERT INTO " + table + " VALUES (9, 'x')");
  }

  private String insert(int id) {
    return "INSERT INTO " + table + " VALUES (" + id + ", 'x')";
  }

  /** Runs statements, of which the last but the inserts may fail, and returns what is told. */
  private Outcome outcomeOf(TransactionAction<SQLException> task) {
    Throwable told = catchThrowable(() -> client.run(task));
    return told == null ? Outcome.COMMITTED : Outcome.of(told);
  }

  private static TransactionAction<SQLException> throwing(String... statements) {
    return connection -> {
      for (String sql : statements) {
        runAndSwallow(connection, sql);
      }
      throw new SQLException("on purpose");
    };
  }

  private static TransactionAction<SQLException> returning(String... statements) {
    return connection -> {
      for (String sql : statements) {
        runAndSwallow(connection, sql);
      }
    };
  }

  static void runAndSwallow(Connection connection, String sql) {
    try {
      Sql.run(connection, sql);
    } catch (SQLException ignored) {
      assertThat(sql).containsAnyOf("TABEL", "missing", "lasting", "VALUES");
    }
  }

  @Nested
  class ARollbackInAProcedure {

    @ParameterizedTest
    @ValueSource(
        strings = {"TRUNCATE TABLE other", "CREATE TABEL x", "DROP TABLE missing", "SELECT 1"})
    void isNoticedAfterAStatementThatCommits(String first) throws Exception {
      Throwable told =
          catchThrowable(() -> client.run(returning(first, insert(1), "CALL fickle()", insert(2))));

      assertThat(told).isInstanceOf(CommitFailedException.class);
      assertThat(Outcome.of(told)).isEqualTo(Outcome.UNKNOWN);
      assertThat(rows(table)).isZero();
    }

    /** The savepoint that marks the transaction has a name that nobody knows. */
    @Test
    void isNoticedThoughItSetsASavepoint() throws Exception {
      database.run(
          "CREATE OR REPLACE PROCEDURE forger() BEGIN COMMIT; START TRANSACTION;"
              + " SAVEPOINT cofferdam; END");

      Outcome told = outcomeOf(throwing(insert(1), "CALL forger()"));

      assertThat(told).isEqualTo(Outcome.UNKNOWN);
      assertThat(rows(table)).isEqualTo(1);
    }

    @Test
    void isNoticedBeforeAStatementThatCommits() throws Exception {
      Throwable told =
          catchThrowable(
              () -> client.run(sql(insert(1), "CALL fickle()", insert(2), "TRUNCATE TABLE other")));

      assertThat(told).isInstanceOf(SQLException.class).hasMessageContaining("was ended");
      assertThat(Outcome.of(told)).isEqualTo(Outcome.UNKNOWN);
      assertThat(rows(table)).isZero();
    }
  }

  @Nested
  class WhatProvesToBeWhole {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "CALL meek()",
          "CREATE TABEL x",
          "EXECUTE IMMEDIATE 'SELECT 1'",
          "DO 1",
          "ANALYZE SELECT * FROM other",
          "BEGIN NOT ATOMIC INSERT INTO other VALUES (1); END",
          "LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE other (@hidden) SET id = 1"
        })
    void isRolledBack(String harmless) throws Exception {
      assertThat(outcomeOf(throwing(insert(1), harmless, insert(2))))
          .isEqualTo(Outcome.ROLLED_BACK);
      assertThat(rows(table)).isZero();
    }

    @Test
    void isCommittedAfterAFailedDefinition() throws Exception {
      assertThat(outcomeOf(returning(insert(1), "CREATE TABEL x", "CALL meek()", insert(2))))
          .isEqualTo(Outcome.COMMITTED);
      assertThat(rows(table)).isEqualTo(3);
    }

    @Test
    void isCommittedAfterDefinitions() throws Exception {
      assertThat(
              outcomeOf(
                  returning(
                      insert(1),
                      "TRUNCATE TABLE other",
                      insert(2),
                      "DROP TABLE missing",
                      "CREATE OR REPLACE TABLE /*!50000 other */ (id INT)",
                      insert(3))))
          .isEqualTo(Outcome.COMMITTED);
      assertThat(rows(table)).isEqualTo(3);
    }
  }

  @Nested
  class WhatMayBeCommittedInPart {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "CALL eager()",
          "TRUNCATE TABLE other",
          "DROP TABLE missing",
          "CALL fickle()",
          "BEGIN NOT ATOMIC EXECUTE IMMEDIATE 'COMMIT'; END",
          "EXECUTE IMMEDIATE CONCAT('ROLL', 'BACK')"
        })
    void isUnknown(String ending) {
      assertThat(outcomeOf(throwing(insert(1), ending, insert(2)))).isEqualTo(Outcome.UNKNOWN);
    }
  }

  @Test
  void aSwallowedRollbackWithASettingOfItsOwnIsKeptTo() throws Exception {
    String rollback = "SET STATEMENT max_statement_time = 9 FOR ROLLBACK";
    String insert = insert(1);

    assertRolledBack(
        CommitFailedException.class,
        () ->
            client.run(
                connection -> {
                  Sql.run(connection, insert);
                  SwallowedRollbackTest.swallow(connection, its -> Sql.run(its, rollback));
                }));

    assertThat(rows(table)).isZero();
  }

  @Nested
  class ATableWithoutTransactions {

    @Test
    void keepsItsRowsThroughARollback() throws Exception {
      assertThat(outcomeOf(throwing("INSERT INTO lasting VALUES (1)"))).isEqualTo(Outcome.UNKNOWN);
      assertThat(rows("lasting")).isOne();
    }

    @Test
    void keepsItsRowsThroughAMixedOne() throws Exception {
      assertThat(outcomeOf(throwing(insert(1), "INSERT INTO lasting VALUES (1)")))
          .isEqualTo(Outcome.UNKNOWN);
      assertThat(rows("lasting")).isOne();
    }

    /** Without the warnings there is the number of them alone. */
    @Test
    void keepsItsRowsThroughAFailedTaskThatListsNoWarnings() throws Exception {
      assertThat(
              outcomeOf(
                  throwing("SET max_error_count = 0", insert(1), "INSERT INTO lasting VALUES (1)")))
          .isEqualTo(Outcome.UNKNOWN);
      assertThat(rows("lasting")).isOne();
    }

    @Test
    void keepsItsRowsThroughADeadlockThatListsNoWarnings() throws Exception {
      MariaDbLocks.fill(database, table);
      TestDatabase beside = database;
      String fought = table;

      assertThat(
              outcomeOf(
                  connection -> {
                    Sql.run(
                        connection, "SET max_error_count = 0", "INSERT INTO lasting VALUES (1)");
                    MariaDbLocks.loseADeadlock(connection, beside, fought);
                    throw new SQLException("a deadlock", "40001", 1213);
                  }))
          .isEqualTo(Outcome.UNKNOWN);
      assertThat(rows("lasting")).isOne();
    }

    /** The server would write such rows later, in a thread that knows of no transaction. */
    @ParameterizedTest
    @ValueSource(
        strings = {
          "INSERT DELAYED INTO lasting VALUES (1)",
          "REPLACE DELAYED INTO lasting VALUES (1)",
          "CALL later()",
          "EXECUTE IMMEDIATE 'INSERT DELAYED INTO lasting VALUES (1)'"
        })
    void keepsRowsThatWereToBeWrittenLater(String statement) throws Exception {
      assertThat(outcomeOf(throwing(insert(1), statement))).isEqualTo(Outcome.UNKNOWN);
      assertThat(rows("lasting")).isOne();
    }

    /** The server takes the transaction back by itself, and warns only then. */
    @Test
    void keepsItsRowsThroughADeadlock() throws Exception {
      MariaDbLocks.fill(database, table);
      TestDatabase beside = database;
      String fought = table;

      Throwable told =
          failureOfTheOnlyAttempt(
              connection -> {
                Sql.run(connection, "INSERT INTO lasting VALUES (1)");
                MariaDbLocks.loseADeadlock(
                    connection, beside, fought, "INSERT INTO lasting VALUES (2)");
                throw new SQLException("a deadlock", "40001", 1213);
              });

      assertThat(Outcome.of(told)).isEqualTo(Outcome.UNKNOWN);
      assertThat(database.number("SELECT COUNT(*) FROM lasting WHERE id = 1")).isOne();
    }

    @Test
    void makesNoDifferenceToADeadlockWithoutIt() throws Exception {
      MariaDbLocks.fill(database, table);
      TestDatabase beside = database;
      String fought = table;

      assertThat(
              outcomeOf(
                  connection -> {
                    MariaDbLocks.loseADeadlock(connection, beside, fought);
                    throw new SQLException("a deadlock", "40001", 1213);
                  }))
          .isEqualTo(Outcome.ROLLED_BACK);
    }

    @Test
    void makesNoDifferenceToWhoOnlyReadsIt() throws Exception {
      assertThat(outcomeOf(throwing(insert(1), "SELECT * FROM lasting")))
          .isEqualTo(Outcome.ROLLED_BACK);
      assertThat(rows(table)).isZero();
    }

    @Test
    void keepsItsRowsWhenTheTaskIsCancelled() throws Exception {
      String sleep = kind.sleep(60);

      Throwable told =
          catchThrowable(
              () ->
                  client.run(
                      TransactionOptions.defaults().timeout(Duration.ofMillis(700)),
                      sql("INSERT INTO lasting VALUES (1)", sleep)));

      assertThat(told).isInstanceOf(TransactionTimeoutException.class);
      assertThat(Outcome.of(told)).isEqualTo(Outcome.UNKNOWN);
      assertThat(rows("lasting")).isOne();
    }

    /** The server rolls back for a connection that is gone, and has nobody to warn. */
    @Test
    void keepsItsRowsWhenTheConnectionIsLost() throws Exception {
      TestDatabase beside = database;

      assertThat(
              outcomeOf(
                  connection -> {
                    Sql.run(connection, "INSERT INTO lasting VALUES (1)");
                    long session = Sql.number(connection, "SELECT CONNECTION_ID()");
                    beside.run("KILL CONNECTION " + session);
                    Sql.run(connection, "SELECT 1");
                  }))
          .isEqualTo(Outcome.UNKNOWN);
      assertThat(rows("lasting")).isOne();
    }

    @Test
    void keepsItsRowsWhenTheWorkerDies() throws Exception {
      try (TransactionExecutor crashing = configure(TestExecutors.on(database).workers(1)).build();
          TransactionClient crasher = crashing.client("crasher")) {
        Throwable told =
            catchThrowable(
                () ->
                    crasher.run(
                        connection -> {
                          Sql.run(connection, "INSERT INTO lasting VALUES (1)");
                          Runtime.getRuntime().halt(99);
                        }));

        assertThat(Outcome.of(told)).isEqualTo(Outcome.UNKNOWN);
        assertThat(rows("lasting")).isOne();
      }
    }

    @Test
    void isNotSuspectedWhereThereIsNone() throws Exception {
      database.run("DROP TABLE lasting");
      String insert = insert(1);
      try (TransactionExecutor crashing = configure(TestExecutors.on(database).workers(1)).build();
          TransactionClient crasher = crashing.client("crasher")) {
        Throwable told =
            catchThrowable(
                () ->
                    crasher.run(
                        connection -> {
                          Sql.run(connection, insert);
                          Runtime.getRuntime().halt(99);
                        }));

        assertThat(Outcome.of(told)).isEqualTo(Outcome.ROLLED_BACK);
      }
    }
  }
}
