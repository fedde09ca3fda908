package io.cofferdam.functional.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.functional.OnOneDatabase;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/** What tasks leave in sessions of PostgreSQL, and in its driver, that no other database has. */
@Tag("any-jdk")
class PostgresSessionTest extends OnOneDatabase {

  private static final String SESSION_AND_PATH =
      "SELECT pg_backend_pid() || ' ' || current_setting('search_path')";

  private static final AtomicInteger OTHERS = new AtomicInteger();

  PostgresSessionTest() {
    super(DatabaseKind.POSTGRESQL);
  }

  @Test
  void aNotificationThatTheDriverHoldsIsNotSeenByTheNextTask() throws Exception {
    client.run(sql("LISTEN letters", "NOTIFY letters, 'secret'"));

    int count =
        client.execute(
            connection -> connection.unwrap(PGConnection.class).getNotifications().length);

    assertThat(count).isZero();
  }

  /** The driver has the server prepare what it executes often, and keeps that over tasks. */
  @Nested
  class AStatementThatTheServerHasPrepared {

    private static final int OFTEN = 8;

    private String other = "";

    /** Makes two tables of one name, one of them for another role, and has a query prepared. */
    @BeforeEach
    void prepare() throws Exception {
      String name = "shared" + OTHERS.incrementAndGet();
      other = database.username() + "_" + name;
      try (Connection admin = Databases.shared(kind).admin(database)) {
        Sql.run(
            admin,
            "CREATE ROLE " + other,
            "GRANT " + other + " TO " + database.username(),
            "CREATE SCHEMA " + other,
            "GRANT USAGE ON SCHEMA " + other + " TO PUBLIC",
            "CREATE TABLE " + other + ".shared (id INT, note TEXT)",
            "DROP TABLE IF EXISTS public.shared",
            "CREATE TABLE public.shared (id INT)",
            "GRANT ALL ON " + other + ".shared, public.shared TO PUBLIC");
      }
      query(OFTEN);
    }

    /** Runs a task that queries the table, so many times; returns how many tasks have failed. */
    private int query(int times) {
      int failed = 0;
      for (int i = 0; i < times; i++) {
        try {
          client.execute(PostgresSessionTest::readShared);
        } catch (SQLException e) {
          failed++;
        }
      }
      return failed;
    }

    @Test
    void servesTheTaskThatTakesAnotherRole() throws Exception {
      String role = other;
      String[] statements = {"SET ROLE " + role, "SET LOCAL search_path TO " + role};
      for (String statement : statements) {
        int columns =
            client.execute(
                connection -> {
                  Sql.run(connection, statement);
                  return readShared(connection);
                });
        assertThat(columns).as(statement).isEqualTo(2);
      }
    }

    @Test
    void failsNoTaskAfterOneThatTookAnotherRole() throws Exception {
      String role = other;
      for (String statement :
          List.of(
              "SET ROLE " + role,
              "SET LOCAL ROLE " + role,
              "SET search_path TO " + role,
              "SET LOCAL search_path TO " + role,
              "CREATE TEMPORARY TABLE shared (id INT, note TEXT)",
              "DO $$ BEGIN PERFORM set_config('role', '" + role + "', true); END $$")) {
        client.run(
            connection -> {
              Sql.run(connection, statement);
              for (int i = 0; i < OFTEN; i++) {
                readShared(connection);
              }
            });

        assertThat(query(OFTEN)).as("failed after %s", statement).isZero();
      }
    }

    /** What the task prepares by a statement of its own, the driver cannot prepare anew. */
    @Test
    void leavesATaskWhatItHasPreparedByAStatement() throws Exception {
      String role = other;
      long prepared =
          client.execute(
              connection -> {
                Sql.run(
                    connection,
                    "PREPARE mine AS SELECT 7",
                    "CREATE TEMPORARY TABLE between_them (id INT)",
                    "SET LOCAL search_path TO " + role);
                long seven = Sql.number(connection, "EXECUTE mine");
                Sql.run(connection, "DEALLOCATE mine");
                return seven;
              });

      assertThat(prepared).isEqualTo(7);
      assertThat(query(OFTEN)).isZero();
    }

    @Test
    void failsNoTaskAfterADefinitionThatWasRolledBack() throws Exception {
      assertThatThrownBy(
              () ->
                  client.run(
                      connection -> {
                        Sql.run(
                            connection,
                            "DROP TABLE public.shared",
                            "CREATE TABLE public.shared (id INT, note TEXT)");
                        for (int i = 0; i < OFTEN; i++) {
                          readShared(connection);
                        }
                        throw new SQLException("back");
                      }))
          .hasMessage("back");

      assertThat(query(OFTEN)).isZero();
    }

    @Test
    void leavesASavepointToGoBackTo() throws Exception {
      int columns =
          client.execute(
              connection -> {
                Sql.run(connection, "SAVEPOINT before");
                assertThatThrownBy(() -> Sql.run(connection, "CREATE TABLE public.shared (id INT)"))
                    .isInstanceOf(SQLException.class);
                Sql.run(connection, "ROLLBACK TO SAVEPOINT before");
                return readShared(connection);
              });

      assertThat(columns).isOne();
    }

    @Test
    void failsOneTaskAtMostAfterADefinitionOfSomebodyElse() throws Exception {
      try (Connection admin = Databases.shared(kind).admin(database)) {
        Sql.run(admin, "ALTER TABLE public.shared ADD COLUMN note TEXT");
      }

      assertThat(query(OFTEN)).isLessThanOrEqualTo(1);
    }

    @Test
    void failsOneTaskAtMostAfterAFunctionThatTookAnotherRole() throws Exception {
      database.run(
          "CREATE OR REPLACE FUNCTION become(text) RETURNS text LANGUAGE sql AS"
              + " $$ SELECT set_config('role', $1, true) $$");
      String role = other;
      try {
        client.run(
            connection -> {
              Sql.text(connection, "SELECT become('" + role + "')");
              for (int i = 0; i < OFTEN; i++) {
                readShared(connection);
              }
            });
      } catch (SQLException staleInItsOwnTask) {
        assertThat(staleInItsOwnTask.getSQLState()).isEqualTo("0A000");
      }

      assertThat(query(OFTEN)).isLessThanOrEqualTo(1);
    }
  }

  /** Returns how many columns the table has. */
  static int readShared(Connection connection) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement("SELECT * FROM shared");
        ResultSet rows = query.executeQuery()) {
      return rows.getMetaData().getColumnCount();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"simple", "extended", "extendedForPrepared", "extendedCacheEverything"})
  void isCleanedInEachQueryModeOfTheDriver(String mode) throws Exception {
    try (TransactionExecutor executor =
            TestExecutors.on(database)
                .connectionProperty("preferQueryMode", mode)
                .workers(1)
                .warmSpares(0)
                .build();
        TransactionClient client = executor.client("teller")) {
      String before =
          client.execute(
              connection -> {
                String found = Sql.text(connection, SESSION_AND_PATH);
                Sql.run(connection, "SET search_path TO pg_catalog");
                return found;
              });

      String after = client.execute(connection -> Sql.text(connection, SESSION_AND_PATH));
      assertThat(after).isEqualTo(before).doesNotEndWith("pg_catalog");
    }
  }

  @Nested
  class ASessionThatRefusesWrites {

    @Test
    void byItsUrlStillDoesAfterATaskThatIsReadOnly() throws Exception {
      ReadOnlySessions.assertStayReadOnly(
          TestExecutors.on(database).jdbcUrl(database.url() + "?readOnly=true"), table());
    }

    @Test
    void byAPropertyStillDoesAfterATaskThatIsReadOnly() throws Exception {
      ReadOnlySessions.assertStayReadOnly(
          TestExecutors.on(database).connectionProperty("readOnly", "true"), table());
    }

    /** RESET ALL takes back what the driver has set. */
    @Test
    void byASettingOfTheDriverStillDoesAfterATask() throws Exception {
      ReadOnlySessions.assertStayReadOnly(
          TestExecutors.on(database)
              .connectionProperty("readOnly", "true")
              .connectionProperty("readOnlyMode", "always"),
          table());
    }

    @Test
    void byItsRoleStillDoesAfterATaskThatIsReadOnly() throws Exception {
      String table = table();
      String role = "ALTER ROLE " + database.username();
      database.run(role + " SET default_transaction_read_only = on");
      try {
        ReadOnlySessions.assertStayReadOnly(TestExecutors.on(database), table);
      } finally {
        database.run(
            "SET default_transaction_read_only = off",
            role + " RESET default_transaction_read_only");
      }
    }
  }
}
