package io.cofferdam.functional.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cofferdam.CommitFailedException;
import io.cofferdam.Outcome;
import io.cofferdam.functional.OnOneDatabase;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.copy.PGCopyOutputStream;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.NativeQuery;
import org.postgresql.core.QueryExecutor;
import org.postgresql.largeobject.LargeObject;
import org.postgresql.largeobject.LargeObjectManager;

/** The interfaces of the PostgreSQL driver do their work, and lead nowhere past the guard. */
@Tag("any-jdk")
class PostgresDriverTest extends OnOneDatabase {

  PostgresDriverTest() {
    super(DatabaseKind.POSTGRESQL);
  }

  /** Something that a task does with the driver. */
  @FunctionalInterface
  interface Attempt extends Serializable {
    void on(Connection connection) throws SQLException;
  }

  @SuppressWarnings("ImmutableEnumChecker")
  enum Ending {
    COPY_IN(connection -> copyApi(connection).copyIn("COMMIT")),
    COPY_OUT(connection -> copyApi(connection).copyOut("COMMIT")),
    COPY_DUAL(connection -> copyApi(connection).copyDual("COMMIT")),
    COPY_IN_OF_TWO(connection -> copyApi(connection).copyIn("COMMIT; BEGIN")),
    COPY_FROM_READER(
        connection -> {
          try {
            copyApi(connection).copyIn("COMMIT", new StringReader(""));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }),
    COPY_STREAM(
        connection -> {
          try {
            new PGCopyOutputStream(connection.unwrap(PGConnection.class), "COMMIT").close();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }),
    OWN_COPY_MANAGER(
        connection -> new CopyManager(connection.unwrap(BaseConnection.class)).copyIn("COMMIT")),
    START_COPY(connection -> driver(connection).startCopy("COMMIT", true)),
    SIMPLE_QUERY(connection -> driver(connection).createSimpleQuery("COMMIT")),
    QUERY(connection -> driver(connection).createQuery("COMMIT", false, false)),
    QUERY_OF_CONNECTION(
        connection -> connection.unwrap(BaseConnection.class).createQuery("COMMIT", false, false)),
    BORROWED_QUERY(connection -> driver(connection).borrowQuery("COMMIT")),
    BORROWED_CALLABLE_QUERY(connection -> driver(connection).borrowCallableQuery("COMMIT")),
    BORROWED_RETURNING_QUERY(
        connection -> driver(connection).borrowReturningQuery("COMMIT", new String[] {"id"})),
    QUERY_BY_KEY(connection -> driver(connection).createQueryByKey("COMMIT")),
    BORROWED_QUERY_BY_KEY(connection -> driver(connection).borrowQueryByKey("COMMIT")),
    NATIVE_QUERY(
        connection -> {
          try {
            driver(connection).wrap(List.<NativeQuery>of());
          } catch (IllegalStateException e) {
            throw new SQLException(e);
          }
        }),
    UPDATE(connection -> connection.unwrap(BaseConnection.class).execSQLUpdate("COMMIT")),
    LARGE_OBJECT(
        connection -> {
          LargeObjectManager api = connection.unwrap(PGConnection.class).getLargeObjectAPI();
          api.open(api.createLO(), true).close();
        }),
    REPLICATION(
        connection -> {
          try {
            connection.unwrap(PGConnection.class).getReplicationAPI().dropReplicationSlot("none");
          } catch (IllegalStateException e) {
            throw new SQLException(e);
          }
        });

    private final Attempt attempt;

    Ending(Attempt attempt) {
      this.attempt = attempt;
    }
  }

  @ParameterizedTest
  @EnumSource
  void endsNoTransaction(Ending ending) throws Exception {
    String table = table();

    String refusal =
        client.execute(
            connection -> {
              GuardedConnectionTest.insert(connection, table, 1);
              String message = GuardedConnectionTest.refusal(connection, c -> ending.attempt.on(c));
              GuardedConnectionTest.insert(connection, table, 2);
              return message;
            });
    assertThat(refusal).contains("not allowed in a task");
    assertThat(rows(table)).isEqualTo(2);

    assertThatThrownBy(
            () ->
                client.run(
                    connection -> {
                      GuardedConnectionTest.insert(connection, table, 3);
                      GuardedConnectionTest.refusal(connection, c -> ending.attempt.on(c));
                      GuardedConnectionTest.insert(connection, table, 4);
                      throw new IllegalStateException("on purpose");
                    }))
        .hasMessage("on purpose")
        .satisfies(thrown -> assertThat(Outcome.of(thrown)).isEqualTo(Outcome.ROLLED_BACK));
    assertThat(rows(table)).isEqualTo(2);
  }

  @Test
  void keepsToARollbackThatIsAskedForThroughTheDriver() throws Exception {
    String table = table();

    assertThatThrownBy(
            () ->
                client.run(
                    connection -> {
                      GuardedConnectionTest.insert(connection, table, 1);
                      GuardedConnectionTest.refusal(
                          connection, c -> copyApi(c).copyIn("ROLLBACK; BEGIN"));
                      GuardedConnectionTest.insert(connection, table, 2);
                    }))
        .isInstanceOf(CommitFailedException.class)
        .satisfies(thrown -> assertThat(Outcome.of(thrown)).isEqualTo(Outcome.ROLLED_BACK));
    assertThat(rows(table)).isZero();
  }

  @Nested
  class Copies {

    @Test
    void belongToTheTransactionEvenAsItsFirstStatement() throws Exception {
      String table = table();

      assertThatThrownBy(
              () ->
                  client.run(
                      connection -> {
                        CopyIn in =
                            (CopyIn)
                                driver(connection).startCopy("COPY " + table + " FROM STDIN", true);
                        byte[] line = "1\tx\n".getBytes(StandardCharsets.UTF_8);
                        in.writeToCopy(line, 0, line.length);
                        in.endCopy();
                        throw new IllegalStateException("no");
                      }))
          .hasMessage("no");

      assertThat(rows(table)).isZero();
    }

    @Test
    void goThroughStreamsAndBack() throws Exception {
      String table = table();

      String read =
          client.execute(
              connection -> {
                String in = "COPY " + table + " FROM STDIN";
                try (var out = new PGCopyOutputStream(connection.unwrap(PGConnection.class), in)) {
                  out.write("1\tx\n2\ty\n".getBytes(StandardCharsets.UTF_8));
                  out.endCopy();
                  copyApi(connection).copyIn(in, new StringReader("3\tz\n"));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
                var text = new ByteArrayOutputStream();
                try {
                  copyApi(connection).copyOut("COPY " + table + " TO STDOUT", text);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
                return text.toString(StandardCharsets.UTF_8);
              });

      assertThat(read).isEqualTo("1\tx\n2\ty\n3\tz\n");
      assertThat(rows(table)).isEqualTo(3);
    }
  }

  @SuppressWarnings("ImmutableEnumChecker")
  enum Unfinished {
    COPY_IN(
        (connection, table) -> {
          CopyIn copy = copyApi(connection).copyIn("COPY " + table + " FROM STDIN");
          byte[] line = "1\tx\n".getBytes(StandardCharsets.UTF_8);
          copy.writeToCopy(line, 0, line.length);
        }),
    STREAM(
        (connection, table) -> {
          try {
            new PGCopyOutputStream(
                    connection.unwrap(PGConnection.class), "COPY " + table + " FROM STDIN")
                .write("1\tx\n".getBytes(StandardCharsets.UTF_8));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }),
    COPY_OUT(
        (connection, table) ->
            copyApi(connection)
                .copyOut("COPY (SELECT generate_series(1, 1000000)) TO STDOUT")
                .readFromCopy());

    private final Copying copying;

    Unfinished(Copying copying) {
      this.copying = copying;
    }
  }

  /** What a task may do while a COPY is open. */
  @SuppressWarnings("ImmutableEnumChecker")
  enum Beside {
    A_STATEMENT((connection, statement, savepoint) -> statement.execute("SELECT 1")),
    A_PREPARED_STATEMENT(
        (connection, statement, savepoint) -> connection.prepareStatement("SELECT 1").execute()),
    A_SAVEPOINT((connection, statement, savepoint) -> connection.setSavepoint()),
    GOING_BACK((connection, statement, savepoint) -> connection.rollback(savepoint)),
    ANOTHER_COPY(
        (connection, statement, savepoint) ->
            copyApi(connection).copyOut("COPY (SELECT 1) TO STDOUT"));

    private final Call call;

    Beside(Call call) {
      this.call = call;
    }

    private interface Call extends Serializable {
      void on(Connection connection, Statement statement, Savepoint savepoint) throws SQLException;
    }
  }

  /** Begins a COPY. */
  @FunctionalInterface
  interface Copying extends Serializable {
    void on(Connection connection, String table) throws SQLException;
  }

  @Nested
  class CopiesThatAreLeftOpen {

    /** The driver would wait for the end of the COPY, in the very thread that has to end it. */
    @ParameterizedTest
    @EnumSource
    void letNothingElseWaitForTheirEnd(Beside beside) throws Exception {
      String table = table();

      assertThatThrownBy(
              () ->
                  client.run(
                      connection -> {
                        Statement statement = connection.createStatement();
                        Savepoint savepoint = connection.setSavepoint();
                        Unfinished.COPY_IN.copying.on(connection, table);
                        beside.call.on(connection, statement, savepoint);
                      }))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("a COPY is open")
          .satisfies(thrown -> assertThat(Outcome.of(thrown)).isEqualTo(Outcome.ROLLED_BACK));
    }

    @Test
    void letOthersGoOnWhenTheyHaveEnded() throws Exception {
      String table = table();

      client.run(
          connection -> {
            CopyIn copy = copyApi(connection).copyIn("COPY " + table + " FROM STDIN");
            copy.endCopy();
            GuardedConnectionTest.insert(connection, table, 0);
          });

      assertThat(rows(table)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void areRolledBackAtOnce(Unfinished unfinished) throws Exception {
      String table = table();

      CommitFailedException reported =
          assertRolledBack(
              CommitFailedException.class,
              () ->
                  client.run(
                      connection -> {
                        GuardedConnectionTest.insert(connection, table, 0);
                        unfinished.copying.on(connection, table);
                      }));

      assertThat(reported).cause().hasMessageContaining("a COPY was still open");
      assertThat(rows(table)).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void doNotHideTheTasksOwnFailure(Unfinished unfinished) throws Exception {
      String table = table();
      long worker = worker();

      assertThatThrownBy(
              () ->
                  client.run(
                      connection -> {
                        unfinished.copying.on(connection, table);
                        throw new IllegalStateException("on purpose");
                      }))
          .hasMessage("on purpose")
          .satisfies(thrown -> assertThat(Outcome.of(thrown)).isEqualTo(Outcome.ROLLED_BACK));

      assertThat(rows(table)).isZero();
      assertThat(worker()).isEqualTo(worker);
    }
  }

  @Test
  void hasLargeObjects() throws Exception {
    long id =
        client.execute(
            connection -> {
              LargeObjectManager api = connection.unwrap(PGConnection.class).getLargeObjectAPI();
              long created = api.createLO();
              try (LargeObject object = api.open(created, LargeObjectManager.WRITE)) {
                object.write("large".getBytes(StandardCharsets.UTF_8));
              }
              return created;
            });

    assertThat(database.text("SELECT convert_from(lo_get(" + id + "), 'UTF8')")).isEqualTo("large");
  }

  @Test
  void letsATaskReadItsBackendPidAndQuoteItsNames() throws Exception {
    String seen =
        client.execute(
            connection -> {
              PGConnection driver = connection.unwrap(PGConnection.class);
              return (driver.getBackendPID() == Sql.number(connection, "SELECT pg_backend_pid()"))
                  + driver.escapeIdentifier("COMMIT");
            });

    assertThat(seen).isEqualTo("true\"COMMIT\"");
  }

  static CopyManager copyApi(Connection connection) throws SQLException {
    return connection.unwrap(PGConnection.class).getCopyAPI();
  }

  static QueryExecutor driver(Connection connection) throws SQLException {
    return connection.unwrap(BaseConnection.class).getQueryExecutor();
  }
}
