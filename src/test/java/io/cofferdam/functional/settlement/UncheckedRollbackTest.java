package io.cofferdam.functional.settlement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.cofferdam.Outcome;
import io.cofferdam.OutcomeTracking;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionException;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionOptions;
import io.cofferdam.TransactionTimeoutException;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A task is killed at its deadline, and there is no other worker that could look in the database
 * what its transaction has left behind. Until one has looked, nothing is known of that.
 */
@Tag("process")
@Tag("any-jdk")
class UncheckedRollbackTest {

  private static final String COMMITS =
      """
      CREATE ALIAS commits AS $$
      int commits(java.sql.Connection c) throws Exception { c.commit(); return 1; }
      $$
      """;

  private static final String TABLE = "CREATE TABLE kept (id INT)";
  private static final String LASTING_TABLE = TABLE + " ENGINE = MyISAM";
  private static final String INSERT = "INSERT INTO kept VALUES (1)";

  private static TestDatabase fresh(DatabaseKind kind, String... statements) throws SQLException {
    TestDatabase database = Databases.fresh(kind);
    database.run(statements);
    return database;
  }

  private static long rows(TestDatabase database) throws SQLException {
    return database.number("SELECT COUNT(*) FROM kept");
  }

  /** Runs a task that no cancel ends, and returns what its caller is told after its worker died. */
  private static TransactionException toldOfAKill(
      TestDatabase database, OutcomeTracking tracking, Outcome resolved, String... statements)
      throws Exception {
    try (TransactionExecutor executor =
            TestExecutors.on(database)
                .workers(1)
                .warmSpares(0)
                .outcomeTracking(tracking)
                .killGrace(Duration.ofMillis(50))
                .build();
        TransactionClient client = executor.client("stuck")) {
      TransactionException told =
          catchThrowableOfType(
              TransactionException.class,
              () ->
                  client.run(
                      TransactionOptions.defaults().timeout(Duration.ofSeconds(1)),
                      connection -> {
                        Sql.run(connection, statements);
                        while (true) {
                          Thread.onSpinWait();
                        }
                      }));

      assertThat(told).isInstanceOf(TransactionTimeoutException.class);
      assertThat(told.resolution().toCompletableFuture().get(20, TimeUnit.SECONDS))
          .isEqualTo(resolved);
      return told;
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NONE", "LEDGER"})
  void ofATableWithoutTransactionsIsUnknown(OutcomeTracking tracking) throws Exception {
    TestDatabase database = fresh(DatabaseKind.MARIADB, LASTING_TABLE);

    TransactionException told = toldOfAKill(database, tracking, Outcome.UNKNOWN, INSERT);

    assertThat(told.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(rows(database)).isOne();
  }

  /** MariaDB lists tables with system versioning as such, and not as base tables. */
  @Test
  void ofATableWithVersionsAndWithoutTransactionsIsUnknown() throws Exception {
    TestDatabase database = fresh(DatabaseKind.MARIADB, LASTING_TABLE + " WITH SYSTEM VERSIONING");

    TransactionException told =
        toldOfAKill(database, OutcomeTracking.NONE, Outcome.UNKNOWN, INSERT);

    assertThat(told.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(rows(database)).isOne();
  }

  /** Who looks after the death has not taken the role that the task had. */
  @ParameterizedTest
  @ValueSource(strings = {"SET ROLE ", "SET @a = 1, ROLE "})
  void ofATableThatARoleOfTheTaskAloneSeesIsUnknown(String takesRole) throws Exception {
    TestDatabase database = fresh(DatabaseKind.MARIADB);
    String hidden = "hidden_from_" + database.name();
    try (Connection admin = Databases.shared(DatabaseKind.MARIADB).admin(database)) {
      Sql.run(
          admin,
          "CREATE DATABASE " + hidden,
          "USE " + hidden,
          LASTING_TABLE,
          "CREATE ROLE " + hidden,
          "GRANT ALL ON " + hidden + ".* TO " + hidden,
          "GRANT " + hidden + " TO " + database.username());

      TransactionException told =
          toldOfAKill(
              database,
              OutcomeTracking.NONE,
              Outcome.UNKNOWN,
              takesRole + hidden,
              "INSERT INTO " + hidden + ".kept VALUES (1)");

      assertThat(told.outcome()).isEqualTo(Outcome.UNKNOWN);
      assertThat(Sql.number(admin, "SELECT COUNT(*) FROM kept")).isOne();
      Sql.run(admin, "DROP ROLE " + hidden, "DROP DATABASE " + hidden);
    }
  }

  /** A change of the password commits, also behind a variable. */
  @Test
  void ofAPasswordThatIsSetAmongVariablesIsUnknown() throws Exception {
    TestDatabase database = fresh(DatabaseKind.MARIADB, TABLE);

    TransactionException told =
        toldOfAKill(
            database,
            OutcomeTracking.NONE,
            Outcome.UNKNOWN,
            INSERT,
            "SET @a = 1, PASSWORD = PASSWORD('" + database.password() + "')");

    assertThat(told.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(rows(database)).isOne();
  }

  @ParameterizedTest
  @EnumSource(names = {"NONE", "LEDGER"})
  void afterAFunctionOfH2HasCommittedIsUnknown(OutcomeTracking tracking) throws Exception {
    TestDatabase database = fresh(DatabaseKind.H2, TABLE, COMMITS);

    TransactionException told =
        toldOfAKill(database, tracking, Outcome.UNKNOWN, INSERT, "SELECT commits()");

    assertThat(told.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(rows(database)).isOne();
  }

  /** Which of the two is told depends on whether the next worker is there in time. */
  @ParameterizedTest
  @EnumSource(names = {"MARIADB", "H2"})
  void isResolvedAsRolledBackOnceItIsChecked(DatabaseKind kind) throws Exception {
    TestDatabase database = fresh(kind, TABLE);

    TransactionException told =
        toldOfAKill(database, OutcomeTracking.NONE, Outcome.ROLLED_BACK, INSERT);

    assertThat(told.outcome()).isIn(Outcome.UNKNOWN, Outcome.ROLLED_BACK);
    assertThat(rows(database)).isZero();
  }

  @Test
  void isNotDoubtedOnPostgreSql() throws Exception {
    TestDatabase database = fresh(DatabaseKind.POSTGRESQL, TABLE);

    TransactionException told =
        toldOfAKill(database, OutcomeTracking.TRANSACTION_ID, Outcome.ROLLED_BACK, INSERT);

    assertThat(told.outcome()).isEqualTo(Outcome.ROLLED_BACK);
  }

  /** The worker cannot connect again, so it cannot look either. */
  @Test
  void ofALostConnectionIsUnknownIfThereIsNoOther() throws Exception {
    TestDatabase database = fresh(DatabaseKind.MARIADB, LASTING_TABLE);
    try (Connection admin = Databases.shared(DatabaseKind.MARIADB).admin(database)) {
      Sql.run(
          admin,
          "CREATE OR REPLACE USER locked_out IDENTIFIED BY 'secret'",
          "GRANT ALL ON *.* TO locked_out");
      try (TransactionExecutor executor =
              TestExecutors.on(database)
                  .username("locked_out")
                  .password("secret")
                  .workers(1)
                  .warmSpares(0)
                  .build();
          TransactionClient client = executor.client("lost")) {
        CompletableFuture<Void> running =
            client.runAsync(
                connection -> Sql.run(connection, INSERT, DatabaseKind.MARIADB.sleep(60)));
        await().until(() -> rows(database) == 1);
        Sql.run(admin, "ALTER USER locked_out ACCOUNT LOCK", "KILL CONNECTION USER locked_out");

        Throwable told = catchThrowable(() -> running.get(20, TimeUnit.SECONDS));

        assertThat(Outcome.of(told)).isEqualTo(Outcome.UNKNOWN);
        assertThat(rows(database)).isOne();
      } finally {
        Sql.run(admin, "DROP USER locked_out");
      }
    }
  }

  @Test
  void ofALostConnectionIsUnknownWhereAFunctionOfH2MayHaveCommitted() throws Exception {
    TestDatabase database = fresh(DatabaseKind.H2, TABLE, COMMITS);
    try (TransactionExecutor executor = TestExecutors.on(database).workers(1).build();
        TransactionClient client = executor.client("lost")) {
      SQLException told =
          catchThrowableOfType(
              SQLException.class,
              () ->
                  client.run(
                      connection -> {
                        Sql.run(connection, INSERT, "SELECT commits()");
                        long session = Sql.number(connection, "SELECT SESSION_ID()");
                        database.run("SELECT ABORT_SESSION(" + session + ")");
                        Sql.run(connection, "SELECT 1");
                      }));

      assertThat(Outcome.of(told)).isEqualTo(Outcome.UNKNOWN);
      assertThat(rows(database)).isOne();
    }
  }
}
