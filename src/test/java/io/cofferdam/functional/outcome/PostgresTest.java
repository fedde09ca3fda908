package io.cofferdam.functional.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cofferdam.CommitFailedException;
import io.cofferdam.IsolationLevel;
import io.cofferdam.Outcome;
import io.cofferdam.TransactionOptions;
import io.cofferdam.functional.OnOneDatabase;
import io.cofferdam.testing.Databases;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** PostgreSQL answers COMMIT in more ways than yes, and keeps much in its sessions. */
@Tag("any-jdk")
class PostgresTest extends OnOneDatabase {

  PostgresTest() {
    super(DatabaseKind.POSTGRESQL);
  }

  @Nested
  class WhenCommitIsRefused {

    @Test
    void tellsThatASwallowedErrorHasRolledBack() throws Exception {
      String table = table();

      CommitFailedException reported =
          assertRolledBack(
              CommitFailedException.class,
              () ->
                  client.run(
                      connection -> {
                        Sql.run(connection, "INSERT INTO " + table + " VALUES (1, 'x')");
                        swallow(connection, "INSERT INTO " + table + " VALUES (1, 'again')");
                      }));

      assertThat(reported).hasCauseInstanceOf(SQLException.class);
      assertThat(rows(table)).isZero();
    }

    @Test
    void tellsThatADeferredConstraintFailed() throws Exception {
      String table = table("id INT PRIMARY KEY DEFERRABLE INITIALLY DEFERRED");

      CommitFailedException reported =
          assertRolledBack(
              CommitFailedException.class,
              () -> client.run(sql("INSERT INTO " + table + " VALUES (1), (1)")));

      assertThat(reported)
          .hasCauseInstanceOf(SQLException.class)
          .extracting(thrown -> ((SQLException) thrown.getCause()).getSQLState())
          .isEqualTo("23505");
      assertThat(rows(table)).isZero();
    }

    @Test
    void tellsASerializationFailure() throws Exception {
      String one = table();
      String other = table();
      TestDatabase beside = database;

      CommitFailedException reported =
          assertRolledBack(
              CommitFailedException.class,
              () ->
                  client.run(
                      TransactionOptions.defaults().isolation(IsolationLevel.SERIALIZABLE),
                      connection -> {
                        Sql.number(connection, "SELECT COUNT(*) FROM " + one);
                        Sql.run(connection, "INSERT INTO " + other + " VALUES (1, 'x')");
                        try (Connection rival = beside.connect()) {
                          rival.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
                          rival.setAutoCommit(false);
                          Sql.number(rival, "SELECT COUNT(*) FROM " + other);
                          Sql.run(rival, "INSERT INTO " + one + " VALUES (1, 'x')");
                          rival.commit();
                        }
                      }));

      assertThat(reported)
          .hasCauseInstanceOf(SQLException.class)
          .extracting(thrown -> ((SQLException) thrown.getCause()).getSQLState())
          .isEqualTo("40001");
      assertThat(rows(one)).isEqualTo(1);
      assertThat(rows(other)).isZero();
    }

    @Test
    void tellsThatADeferredTriggerDidNotGetALock() throws Exception {
      String table = tableWithDeferredTrigger("PERFORM FROM busy FOR UPDATE");
      database.run("CREATE TABLE IF NOT EXISTS busy AS SELECT 1 AS id");
      long crashes = executor.snapshot().crashes();
      long worker = worker();
      try (Connection rival = database.connect()) {
        rival.setAutoCommit(false);
        Sql.run(rival, "LOCK TABLE busy");

        CommitFailedException reported =
            assertRolledBack(
                CommitFailedException.class,
                () ->
                    client.run(
                        sql(
                            "SET LOCAL lock_timeout = '20ms'",
                            "INSERT INTO " + table + " VALUES (1, 'x')")));

        assertThat(reported).cause().extracting("SQLState").isEqualTo("55P03");
      }
      assertThat(rows(table)).isZero();
      assertThat(worker()).isEqualTo(worker);
      assertThat(executor.snapshot().crashes()).isEqualTo(crashes);
    }

    @Test
    void tellsThatItWasCancelledBeforeItWasMade() throws Exception {
      String table =
          tableWithDeferredTrigger("PERFORM pg_cancel_backend(pg_backend_pid()), pg_sleep(10)");
      long worker = worker();

      CommitFailedException reported =
          assertRolledBack(
              CommitFailedException.class,
              () -> client.run(sql("INSERT INTO " + table + " VALUES (1, 'x')")));

      assertThat(reported).cause().extracting("SQLState").isEqualTo("57014");
      assertThat(rows(table)).isZero();
      assertThat(worker()).isEqualTo(worker);
    }

    private String tableWithDeferredTrigger(String body) throws SQLException {
      String table = table();
      database.run(
          "CREATE FUNCTION on_"
              + table
              + "() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
              + body
              + "; RETURN NULL; END $$");
      database.run(
          "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON "
              + table
              + " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION on_"
              + table
              + "()");
      return table;
    }

    @Test
    void keepsTheWorker() throws Exception {
      long worker = worker();

      assertRolledBack(
          CommitFailedException.class, () -> client.run(c -> swallow(c, "SELECT 1 / 0")));

      assertThat(worker()).isEqualTo(worker);
    }

    @Test
    void failsATaskThatSwallowedAnErrorWithoutHavingWritten() {
      assertRolledBack(
          CommitFailedException.class,
          () ->
              client.execute(
                  connection -> {
                    swallow(connection, "SELECT 1 / 0");
                    return "all is well";
                  }));
    }
  }

  @Nested
  class InTheTransaction {

    @Test
    void rollsDefinitionsBackWithTheRest() throws Exception {
      assertThatThrownBy(
              () ->
                  client.run(
                      connection -> {
                        Sql.run(connection, "CREATE TABLE passing (id INT)");
                        throw new IllegalStateException("no");
                      }))
          .hasMessage("no")
          .satisfies(thrown -> assertThat(Outcome.of(thrown)).isEqualTo(Outcome.ROLLED_BACK));

      assertThat(database.text("SELECT to_regclass('passing')")).isNull();
    }

    @Test
    void hasTakenNoSnapshotBeforeTheFirstStatement() throws Exception {
      String level =
          client.execute(
              connection -> {
                Sql.run(connection, "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ ONLY");
                return Sql.text(connection, "SHOW transaction_isolation");
              });

      assertThat(level).isEqualTo("serializable");
    }

    @Test
    void letsNoProcedureCommit() throws Exception {
      String table = table();
      String insert = "INSERT INTO " + table + " VALUES (1, 'x');";
      database.run(
          "CREATE PROCEDURE eager() LANGUAGE plpgsql AS $$ BEGIN " + insert + " COMMIT; END $$");

      for (String statement :
          new String[] {"CALL eager()", "DO $$ BEGIN " + insert + " COMMIT; END $$"}) {
        assertThatThrownBy(() -> client.run(sql(statement)))
            .isInstanceOfSatisfying(
                SQLException.class,
                thrown -> {
                  assertThat(thrown.getSQLState()).isEqualTo("2D000");
                  assertThat(Outcome.of(thrown)).isEqualTo(Outcome.ROLLED_BACK);
                });
      }
      assertThat(rows(table)).isZero();
    }

    @Test
    void givesNotificationsToListenersOnCommitOnly() throws Exception {
      try (Connection listener = database.connect()) {
        Sql.run(listener, "LISTEN news");

        assertThatThrownBy(
                () ->
                    client.run(
                        connection -> {
                          Sql.run(connection, "NOTIFY news, 'false'");
                          throw new IllegalStateException("no");
                        }))
            .hasMessage("no");
        client.run(sql("NOTIFY news, 'true'"));

        assertThat(listener.unwrap(PGConnection.class).getNotifications(10_000))
            .extracting(org.postgresql.PGNotification::getParameter)
            .containsExactly("true");
      }
    }
  }

  @Nested
  class TheNextTaskOnTheSameWorker {

    @Test
    void hasTheUsersOwnRoleAgain() throws Exception {
      String other = database.name() + "_other";
      try (Connection admin = Databases.shared(kind).admin(database)) {
        Sql.run(admin, "CREATE ROLE " + other, "GRANT " + other + " TO " + database.username());
      }
      long worker = worker();

      client.run(sql("SET ROLE " + other));

      String role = client.execute(textOf("SELECT current_user"));
      assertThat(role).isEqualTo(database.username());
      assertThat(worker()).isEqualTo(worker);
    }

    @Test
    void findsNoCursorStatementOrSubscription() throws Exception {
      long worker = worker();
      client.run(
          sql(
              "DECLARE leftover CURSOR WITH HOLD FOR SELECT generate_series(1, 100)",
              "PREPARE mine AS SELECT 1",
              "LISTEN news"));

      String left =
          client.execute(
              textOf(
                  "SELECT (SELECT count(*) FROM pg_cursors WHERE name = 'leftover') || ' ' ||"
                      + " (SELECT count(*) FROM pg_prepared_statements WHERE name = 'mine')"
                      + " || ' ' || (SELECT count(*) FROM pg_listening_channels())"));
      assertThat(left).isEqualTo("0 0 0");
      assertThat(worker()).isEqualTo(worker);
    }

    @Test
    void reusesItsPreparedStatements() throws Exception {
      String table = table();

      for (int i = 1; i <= 12; i++) {
        int id = i;
        client.run(
            connection -> {
              try (var insert =
                  connection.prepareStatement("INSERT INTO " + table + " VALUES (?, 'x')")) {
                insert.setInt(1, id);
                insert.executeUpdate();
              }
            });
      }

      assertThat(rows(table)).isEqualTo(12);
    }

    @Test
    void mayUseAnOrdinaryQueryTimeoutWithoutCostingTheWorker() throws Exception {
      long worker = worker();

      client.run(
          connection -> {
            try (var statement = connection.createStatement()) {
              statement.setQueryTimeout(10);
              statement.execute("SELECT 1");
            }
          });

      assertThat(worker()).isEqualTo(worker);
    }
  }

  static void swallow(Connection connection, String sql) {
    try {
      Sql.run(connection, sql);
    } catch (SQLException e) {
      return;
    }
    throw new AssertionError("it did not fail: " + sql);
  }
}
