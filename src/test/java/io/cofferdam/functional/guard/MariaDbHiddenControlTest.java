package io.cofferdam.functional.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.cofferdam.Outcome;
import io.cofferdam.OutcomeTracking;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.functional.OnOneDatabase;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a text hides is found, or told as what may have been committed. */
@Tag("any-jdk")
class MariaDbHiddenControlTest extends OnOneDatabase {

  MariaDbHiddenControlTest() {
    super(DatabaseKind.MARIADB);
  }

  @Override
  protected TransactionExecutorBuilder configure(TransactionExecutorBuilder builder) {
    return builder
        .connectionProperty("allowMultiQueries", "true")
        .outcomeTracking(OutcomeTracking.LEDGER);
  }

  /** Fails unless the outcome that is told agrees with the table. */
  private void assertHonest(Outcome expected, String... statements) throws SQLException {
    assertHonest(client, expected, statements);
  }

  private void assertHonest(TransactionClient client, Outcome expected, String... statements)
      throws SQLException {
    String table = table();
    Throwable told =
        catchThrowable(
            () ->
                client.run(
                    connection -> {
                      Sql.run(connection, "INSERT INTO " + table + " VALUES (1, '')");
                      for (String each : statements) {
                        Sql.run(connection, each.replace("$t", table));
                      }
                      throw new IllegalStateException("was not refused");
                    }));
    Outcome outcome = Outcome.of(told);
    assertThat(outcome).as("of %s", told).isEqualTo(expected);
    if (outcome == Outcome.ROLLED_BACK) {
      assertThat(rows(table)).isZero();
      assertThat(told).isInstanceOf(SQLException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{oj COMMIT}", "{ oj ROLLBACK}", "/**/{oj -- x\n COMMIT}"})
  void insideAnEscapeThatTheDriverRemoves(String sql) throws Exception {
    assertHonest(Outcome.ROLLED_BACK, sql);
  }

  /** A name is no routine, and the body of a routine ends. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE $t_made (id INT, type INT); ROLLBACK",
        "CREATE TABLE $t_made (event INT); INSERT INTO $t VALUES (2, ''); ROLLBACK; SELECT 1",
        "CREATE PROCEDURE $t_p() SELECT 1; ROLLBACK",
        "CREATE FUNCTION $t_f() RETURNS INT RETURN 1; COMMIT",
        "CREATE TRIGGER $t_r BEFORE INSERT ON $t FOR EACH ROW SET @x = 1; ROLLBACK",
        "CREATE EVENT $t_e ON SCHEDULE EVERY 1 DAY DO SELECT 1; ROLLBACK",
        "CREATE PROCEDURE $t_p() BEGIN SELECT CASE 1 WHEN 1 THEN 2 END; END; ROLLBACK"
      })
  void behindADefinition(String sql) throws Exception {
    assertHonest(Outcome.ROLLED_BACK, sql);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE PROCEDURE $t_p() BEGIN START TRANSACTION; COMMIT; END",
        "CREATE PROCEDURE $t_p() BEGIN IF 1 THEN SELECT 1; END IF; ROLLBACK; END; SELECT 1",
        "CREATE PROCEDURE $t_p() BEGIN CASE 1 WHEN 1 THEN SELECT 2; END CASE; COMMIT; END",
        "CREATE PROCEDURE $t_p() l: BEGIN WHILE 0 DO SELECT 1; END WHILE; COMMIT; END l"
      })
  void inTheBodyOfARoutineIsNone(String sql) throws Exception {
    String table = table();
    String definition = sql.replace("$t", table);

    client.run(
        connection -> {
          Sql.run(connection, "INSERT INTO " + table + " VALUES (1, '')", definition);
          Sql.run(connection, "INSERT INTO " + table + " VALUES (2, '')");
        });

    assertThat(rows(table)).isEqualTo(2);
  }

  @Nested
  class WhereABackslashIsACharacter {

    private static final String HIDDEN = "INSERT INTO $t VALUES (2, length('\\')); COMMIT; -- ')";

    @ParameterizedTest
    @ValueSource(
        strings = {
          "SET sql_mode = 'NO_BACKSLASH_ESCAPES'",
          "SET @@session.sql_mode = concat(@@sql_mode, ',NO_BACKSLASH_ESCAPES')"
        })
    void becauseTheTaskHasSetIt(String mode) throws Exception {
      assertHonest(Outcome.ROLLED_BACK, mode, HIDDEN);
    }

    @Test
    void inTheSameText() throws Exception {
      assertHonest(Outcome.UNKNOWN, "SET sql_mode = 'NO_BACKSLASH_ESCAPES'; " + HIDDEN);
    }

    @Test
    void betweenDoubleQuotesOfAName() throws Exception {
      assertHonest(Outcome.UNKNOWN, "SET sql_mode = 'ANSI'", "SELECT 1 AS \"a\\\"; COMMIT; -- \"");
    }
  }

  @Test
  void aQuoteInAStringIsData() throws Exception {
    String table = table();

    try (TransactionExecutor plain = TestExecutors.on(database).workers(1).warmSpares(0).build();
        TransactionClient its = plain.client("its")) {
      assertThat(
              Outcome.of(
                  catchThrowable(
                      () ->
                          its.run(
                              connection -> {
                                insertData(connection, table);
                                throw new IllegalStateException("rolls back");
                              }))))
          .isEqualTo(Outcome.ROLLED_BACK);
      its.run(connection -> insertData(connection, table));
    }

    assertThat(database.text("SELECT note FROM " + table)).isEqualTo("It's done; commit later");
  }

  private static void insertData(Connection connection, String table) throws SQLException {
    Sql.run(connection, "INSERT INTO " + table + " VALUES (1, 'It\\'s done; commit later')");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TEMPORARY TABLE cofferdam_outcome(id INT)",
        "CREATE TEMPORARY TABLE `Cofferdam_Outcome` LIKE $t",
        "CREATE OR REPLACE TEMPORARY TABLE cofferdam_outcome AS SELECT 1",
        "EXECUTE IMMEDIATE 'CREATE TEMPORARY TABLE cofferdam_outcome(id INT)'"
      })
  void theNameOfTheLedgerIsNoTemporaryTables(String sql) throws Exception {
    assertHonest(Outcome.ROLLED_BACK, sql);
  }
}
