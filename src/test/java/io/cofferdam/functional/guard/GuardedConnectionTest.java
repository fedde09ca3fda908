package io.cofferdam.functional.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.fail;

import io.cofferdam.CommitFailedException;
import io.cofferdam.Outcome;
import io.cofferdam.functional.OnEveryDatabase;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The transaction begins and ends with the task, whatever the task tries. */
class GuardedConnectionTest extends OnEveryDatabase {

  /** Something that a task does with its connection. */
  @FunctionalInterface
  interface Attempt extends Serializable {
    void on(Connection connection) throws SQLException;
  }

  @SuppressWarnings("ImmutableEnumChecker")
  enum Refused {
    COMMIT(Connection::commit),
    ROLLBACK(Connection::rollback),
    SET_AUTO_COMMIT(connection -> connection.setAutoCommit(true)),
    ABORT(connection -> connection.abort(Runnable::run)),
    COMMIT_THROUGH_STATEMENT(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            statement.getConnection().commit();
          }
        }),
    COMMIT_THROUGH_RESULT_SET(
        connection -> {
          try (Statement statement = connection.createStatement();
              ResultSet rows = statement.executeQuery("SELECT 1")) {
            rows.getStatement().getConnection().commit();
          }
        }),
    COMMIT_THROUGH_META_DATA(connection -> connection.getMetaData().getConnection().commit()),
    COMMIT_THROUGH_UNWRAPPED(connection -> connection.unwrap(Connection.class).commit());

    private final Attempt attempt;

    Refused(Attempt attempt) {
      this.attempt = attempt;
    }
  }

  @Nested
  class ThroughJdbc {

    @ParameterizedTest
    @EnumSource
    void refusesToEndTheTransaction(Refused refused) throws Exception {
      assertRefusedAndWhole(connection -> refused.attempt.on(connection));
    }

    @Test
    void takesAnUncaughtRefusalAsTheTasksOwnFailure() throws Exception {
      String table = table();

      assertThatThrownBy(
              () ->
                  client.run(
                      connection -> {
                        insert(connection, table, 1);
                        connection.commit();
                      }))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("commit");
      assertThat(rows(table)).isZero();
    }

    @Test
    void takesCloseAsANoOpForWrappedCode() throws Exception {
      String table = table();

      client.run(
          connection -> {
            try (Connection wrapped = connection) {
              insert(wrapped, table, 1);
            }
            try (Connection again = connection) {
              insert(again, table, 2);
            }
          });

      assertThat(rows(table)).isEqualTo(2);
    }

    @Test
    void rollsBackAfterACloseWhenTheTaskFails() throws Exception {
      String table = table();

      assertThatThrownBy(
              () ->
                  client.run(
                      connection -> {
                        try (Connection wrapped = connection) {
                          insert(wrapped, table, 1);
                        }
                        throw new IllegalStateException("after the close");
                      }))
          .hasMessage("after the close");
      assertThat(rows(table)).isZero();
    }

    @Test
    void takesSetAutoCommitFalseAsANoOp() throws Exception {
      String table = table();

      client.run(
          connection -> {
            insert(connection, table, 1);
            connection.setAutoCommit(false);
            insert(connection, table, 2);
          });

      assertThat(rows(table)).isEqualTo(2);
    }

    @Test
    void hasSavepoints() throws Exception {
      String table = table();

      client.run(
          connection -> {
            insert(connection, table, 1);
            Savepoint savepoint = connection.setSavepoint();
            insert(connection, table, 2);
            connection.rollback(savepoint);
            Savepoint named = connection.setSavepoint("named");
            insert(connection, table, 3);
            connection.releaseSavepoint(named);
          });

      assertThat(database.text("SELECT SUM(id) FROM " + table)).isEqualTo("4");
    }

    @Test
    void recoversFromAFailedStatementThroughASavepoint() throws Exception {
      String table = table();

      client.run(
          connection -> {
            insert(connection, table, 1);
            Savepoint savepoint = connection.setSavepoint();
            try {
              insert(connection, table, 1);
              fail("there is a primary key");
            } catch (SQLException duplicate) {
              connection.rollback(savepoint);
            }
            insert(connection, table, 2);
          });

      assertThat(rows(table)).isEqualTo(2);
    }
  }

  @Nested
  class AsSqlText {

    @Test
    void refusesToEndOrBeginATransaction() throws Exception {
      for (String sql : statementsThatEndOrBeginOne()) {
        try {
          assertRefusedAndWhole(
              connection -> {
                try (Statement statement = connection.createStatement()) {
                  statement.execute(sql);
                }
              });
        } catch (AssertionError | Exception e) {
          throw new AssertionError("with " + sql, e);
        }
      }
    }

    private Set<String> statementsThatEndOrBeginOne() {
      Set<String> statements =
          new LinkedHashSet<>(
              List.of(
                  "COMMIT",
                  "commit work",
                  "  \n\tCoMmIt ;",
                  "/* harmless */ COMMIT",
                  "-- a comment\nCOMMIT",
                  "SELECT 1; COMMIT",
                  "; COMMIT",
                  "ROLLBACK",
                  "ROLLBACK WORK",
                  "BEGIN"));
      statements.addAll(
          switch (kind) {
            case POSTGRESQL ->
                List.of(
                    "END",
                    "ABORT",
                    "COMMIT AND CHAIN",
                    "ROLLBACK AND CHAIN",
                    "/* a /* nested */ one */ COMMIT",
                    "START TRANSACTION ISOLATION LEVEL SERIALIZABLE",
                    "PREPARE TRANSACTION 'mine'",
                    "COMMIT PREPARED 'mine'",
                    "ROLLBACK PREPARED 'mine'",
                    "SELECT '\\'; COMMIT; --'");
            case MARIADB ->
                List.of(
                    "START TRANSACTION",
                    "BEGIN WORK",
                    "# a comment\nCOMMIT",
                    "/*! COMMIT */",
                    "/*M! COMMIT */",
                    "/*!50000 COMMIT */",
                    "SET autocommit = 1",
                    "SET @@autocommit = 1",
                    "SET SESSION autocommit = ON",
                    "SET @@session.autocommit = 1",
                    "SET @mine = 1, autocommit = 1",
                    "SET `autocommit` = 1",
                    "XA START 'mine'",
                    "XA COMMIT 'mine'",
                    "XA ROLLBACK 'mine'");
            case H2 ->
                List.of(
                    "SET AUTOCOMMIT TRUE",
                    "SET AUTOCOMMIT ON",
                    "PREPARE COMMIT mine",
                    "COMMIT TRANSACTION mine",
                    "ROLLBACK TRANSACTION mine");
          });
      return statements;
    }

    @ParameterizedTest
    @ValueSource(strings = {"COMMIT", "ROLLBACK", "BEGIN"})
    void refusesThemByEveryWayIntoTheDriver(String sql) throws Exception {
      List<Attempt> ways =
          List.of(
              connection -> {
                try (PreparedStatement statement = connection.prepareStatement(sql)) {
                  statement.execute();
                }
              },
              connection -> {
                try (Statement statement = connection.prepareCall(sql)) {
                  ((PreparedStatement) statement).execute();
                }
              },
              connection -> {
                try (Statement statement = connection.createStatement()) {
                  statement.executeUpdate(sql);
                }
              },
              connection -> {
                try (Statement statement = connection.createStatement()) {
                  statement.executeLargeUpdate(sql);
                }
              },
              connection -> {
                try (Statement statement = connection.createStatement()) {
                  statement.executeQuery(sql).close();
                }
              },
              connection -> {
                try (Statement statement = connection.createStatement()) {
                  statement.execute(sql, Statement.RETURN_GENERATED_KEYS);
                }
              },
              connection -> {
                try (Statement statement = connection.createStatement()) {
                  statement.addBatch(sql);
                  statement.executeBatch();
                }
              });

      for (Attempt way : ways) {
        assertRefusedAndWhole(way);
      }
    }

    @Test
    void takesTheWordsInOtherPlacesForWhatTheyAre() throws Exception {
      String table = table();

      client.run(
          connection -> {
            Sql.run(
                connection,
                "INSERT INTO " + table + " VALUES (1, 'COMMIT; ROLLBACK')",
                "/* COMMIT */ INSERT INTO " + table + " VALUES (2, '')",
                "-- COMMIT\nUPDATE " + table + " SET note = 'begin' WHERE id = 2");
          });

      assertThat(rows(table)).isEqualTo(2);
    }

    @Test
    void knowsHowTheDatabaseWritesText() throws Exception {
      String query =
          switch (kind) {
            case POSTGRESQL -> "SELECT E'\\'; COMMIT; --' || $$; COMMIT$$ || $x$; ROLLBACK$x$";
            case MARIADB -> "SELECT CONCAT('\\'; COMMIT; --', \"; COMMIT\")";
            case H2 -> "SELECT '''; COMMIT; --' || $$; COMMIT$$";
          };

      String text = client.execute(textOf(query));

      assertThat(text).startsWith("'; COMMIT; --; COMMIT");
    }

    @Test
    void hasSavepoints() throws Exception {
      String table = table();

      client.run(
          connection -> {
            insert(connection, table, 1);
            Sql.run(connection, "SAVEPOINT mine");
            insert(connection, table, 2);
            Sql.run(connection, "ROLLBACK TO SAVEPOINT mine");
            insert(connection, table, 3);
            Sql.run(connection, "SAVEPOINT other", "RELEASE SAVEPOINT other");
          });

      assertThat(database.text("SELECT SUM(id) FROM " + table)).isEqualTo("4");
    }
  }

  @Nested
  class Unwrapping {

    @Test
    void givesAnInterfaceThatTheDriverImplements() throws Exception {
      boolean postgres = kind == DatabaseKind.POSTGRESQL;
      String query = kind.sessionId();

      boolean same =
          client.execute(
              connection -> {
                Connection unwrapped = connection.unwrap(Connection.class);
                long session = Sql.number(unwrapped, query);
                return session == Sql.number(connection, query)
                    && (!postgres
                        || session
                            == connection
                                .unwrap(org.postgresql.PGConnection.class)
                                .getBackendPID());
              });

      assertThat(same).isTrue();
    }

    @Test
    void refusesTheDriversOwnClasses() {
      String driversClass =
          switch (kind) {
            case POSTGRESQL -> "org.postgresql.jdbc.PgConnection";
            case MARIADB -> "org.mariadb.jdbc.Connection";
            case H2 -> "org.h2.jdbc.JdbcConnection";
          };

      assertThatThrownBy(
              () ->
                  client.run(
                      connection -> {
                        try {
                          connection.unwrap(Class.forName(driversClass));
                        } catch (ClassNotFoundException e) {
                          throw new IllegalStateException(e);
                        }
                      }))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining(driversClass);
    }
  }

  @Nested
  class AfterTheTask {

    @Test
    void isDeadWithAllThatCameFromIt() throws Exception {
      long worker = worker();
      client.run(
          connection -> {
            Leak.connection = connection;
            Leak.statement = connection.createStatement();
            Leak.rows = connection.createStatement().executeQuery("SELECT 1");
          });

      List<String> stillAlive =
          client.execute(
              connection ->
                  Stream.of(
                          worksStill("connection", () -> Leak.connection.createStatement()),
                          worksStill("statement", () -> Leak.statement.execute("SELECT 1")),
                          worksStill("rows", () -> Leak.rows.next()))
                      .filter(name -> !name.isEmpty())
                      .toList());

      assertThat(stillAlive).isEmpty();
      assertThat(worker()).isEqualTo(worker);
    }
  }

  interface Use {
    void now() throws SQLException;
  }

  static String worksStill(String name, Use use) {
    try {
      use.now();
      return name;
    } catch (SQLException refused) {
      return "";
    }
  }

  /** Outlives a task in the worker. */
  static final class Leak {
    static Connection connection;
    static Statement statement;
    static ResultSet rows;

    private Leak() {}
  }

  /**
   * Fails unless the attempt is refused with a SQLException and the transaction goes on around it:
   * a row from before and one from after are committed together, and rolled back together. Only a
   * refused rollback keeps both from being committed.
   */
  private void assertRefusedAndWhole(Attempt attempt) throws Exception {
    String table = table();

    Throwable failure =
        catchThrowable(
            () ->
                client.run(
                    connection -> {
                      insert(connection, table, 1);
                      assertThat(refusal(connection, attempt)).isNotEmpty();
                      insert(connection, table, 2);
                    }));
    if (failure != null) {
      assertThat(failure)
          .isInstanceOf(CommitFailedException.class)
          .hasMessageMatching("(?s).*(rollback\\(\\)|abort\\(\\)|ROLLBACK) was called.*");
    }
    int whole = failure == null ? 2 : 0;
    assertThat(rows(table)).isEqualTo(whole);

    assertThatThrownBy(
            () ->
                client.run(
                    connection -> {
                      insert(connection, table, 3);
                      refusal(connection, attempt);
                      insert(connection, table, 4);
                      throw new IllegalStateException("on purpose");
                    }))
        .hasMessage("on purpose")
        .satisfies(thrown -> assertThat(Outcome.of(thrown)).isEqualTo(Outcome.ROLLED_BACK));
    assertThat(rows(table)).isEqualTo(whole);
  }

  static String refusal(Connection connection, Attempt attempt) {
    try {
      attempt.on(connection);
    } catch (SQLException refused) {
      return String.valueOf(refused.getMessage());
    }
    throw new AssertionError("it was not refused");
  }

  static void insert(Connection connection, String table, int id) throws SQLException {
    Sql.run(connection, "INSERT INTO " + table + " VALUES (" + id + ", 'x')");
  }
}
