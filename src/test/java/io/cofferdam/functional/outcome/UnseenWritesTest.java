package io.cofferdam.functional.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.cofferdam.Outcome;
import io.cofferdam.OutcomeTracking;
import io.cofferdam.RetryPolicy;
import io.cofferdam.TransactionAction;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionOptions;
import io.cofferdam.faults.HaltAfterCommit;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGConnection;
import org.postgresql.fastpath.FastpathArg;

/** Writes that nobody expects, of workers that die when the server has committed them. */
@Tag("any-jdk")
@Tag("process")
class UnseenWritesTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** The number of PostgreSQL's function {@code lo_creat}. */
  private static final int CREATE_LARGE_OBJECT = 957;

  @TempDir Path directory;

  /** Runs a task and returns what its caller is told became of it. */
  private static Outcome run(
      TestDatabase database,
      OutcomeTracking tracking,
      TransactionOptions options,
      TransactionAction<Exception> task) {
    try (TransactionExecutor executor =
            TestExecutors.on(database, HaltAfterCommit.JVM_ARGUMENT)
                .workers(1)
                .outcomeTracking(tracking)
                .build();
        TransactionClient client = executor.client("client")) {
      Throwable failure = catchThrowable(() -> client.run(options, task));
      await().atMost(PATIENCE).until(() -> executor.snapshot().crashes() == 1);
      return failure == null ? Outcome.COMMITTED : Outcome.of(failure);
    }
  }

  private String arm() throws Exception {
    return Files.createFile(directory.resolve("arm")).toString();
  }

  /** H2 takes read-only for a hint; on PostgreSQL a task can take it back. */
  @ParameterizedTest
  @CsvSource({
    "H2, LEDGER, SELECT 1, UNKNOWN",
    "H2, NONE, SELECT 1, UNKNOWN",
    "POSTGRESQL, TRANSACTION_ID, SET TRANSACTION READ WRITE, COMMITTED",
    "POSTGRESQL, LEDGER, SET TRANSACTION READ WRITE, COMMITTED"
  })
  void ofAReadOnlyTaskAreNotExecutedTwice(
      DatabaseKind kind, OutcomeTracking tracking, String first, Outcome told) throws Exception {
    TestDatabase database = Databases.fresh(kind);
    database.run("CREATE TABLE t (id INT)");
    String arm = arm();

    Outcome outcome =
        run(
            database,
            tracking,
            TransactionOptions.defaults().readOnly().retry(RetryPolicy.attempts(3)),
            connection -> {
              Sql.run(connection, first, "INSERT INTO t VALUES (1)");
              HaltAfterCommit.armOnce(arm);
            });

    assertThat(outcome).isEqualTo(told);
    assertThat(database.number("SELECT COUNT(*) FROM t")).isOne();
  }

  /**
   * A notification is sent by the commit, the database takes it for no write, and no text tells.
   */
  @ParameterizedTest
  @CsvSource({
    "LEDGER, NOTIFY news, 1",
    "TRANSACTION_ID, NOTIFY news, 1",
    "LEDGER, 'SELECT pg_notify($$news$$, $$$$)', 1",
    "LEDGER, SELECT announce(), 1",
    "TRANSACTION_ID, SELECT announce(), 1",
    "LEDGER, SELECT * FROM announced, 1",
    "TRANSACTION_ID, SELECT * FROM announced, 1",
    "TRANSACTION_ID, SELECT 1, 0"
  })
  void ofAReadOnlyTaskAreUnknownIfTheyMayBeNotifications(
      OutcomeTracking tracking, String statement, int notifications) throws Exception {
    TestDatabase database = Databases.fresh(DatabaseKind.POSTGRESQL);
    database.run(
        "CREATE FUNCTION announce() RETURNS int LANGUAGE plpgsql"
            + " AS 'BEGIN NOTIFY news; RETURN 1; END'",
        "CREATE VIEW announced AS SELECT announce()");
    String arm = arm();
    try (Connection listener = database.connect()) {
      Sql.run(listener, "LISTEN news");

      Outcome outcome =
          run(
              database,
              tracking,
              TransactionOptions.defaults().readOnly(),
              connection -> {
                Sql.run(connection, statement);
                HaltAfterCommit.armOnce(arm);
              });

      assertThat(outcome).isEqualTo(Outcome.UNKNOWN);
      assertThat(listener.unwrap(PGConnection.class).getNotifications(100)).hasSize(notifications);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"LEDGER", "TRANSACTION_ID"})
  void throughTheDriversOwnCallsAreCommitted(OutcomeTracking tracking) throws Exception {
    assertLargeObjectIsCommitted(
        tracking,
        connection -> {
          FastpathArg[] anyNumber = {new FastpathArg(-1)};
          byte[] unused =
              connection
                  .unwrap(PGConnection.class)
                  .getFastpathAPI()
                  .fastpath(CREATE_LARGE_OBJECT, anyNumber);
        });
  }

  private void assertLargeObjectIsCommitted(
      OutcomeTracking tracking, TransactionAction<SQLException> making) throws Exception {
    TestDatabase database = Databases.fresh(DatabaseKind.POSTGRESQL);
    String arm = arm();

    Outcome outcome =
        run(
            database,
            tracking,
            TransactionOptions.defaults(),
            connection -> {
              making.run(connection);
              HaltAfterCommit.armOnce(arm);
            });

    assertThat(database.number("SELECT count(*) FROM pg_largeobject_metadata")).isOne();
    assertThat(outcome).isEqualTo(Outcome.COMMITTED);
  }

  /** The driver begins the transaction then, and no text is seen. */
  @ParameterizedTest
  @EnumSource(names = {"LEDGER", "TRANSACTION_ID"})
  void byAMethodOfTheConnectionAreCommitted(OutcomeTracking tracking) throws Exception {
    TestDatabase database = Databases.fresh(DatabaseKind.POSTGRESQL);
    String arm = arm();
    String user = database.username();
    char[] password = database.password().toCharArray();
    String stored = storedPassword(database);

    Outcome outcome =
        run(
            database,
            tracking,
            TransactionOptions.defaults(),
            connection -> {
              connection
                  .unwrap(PGConnection.class)
                  .alterUserPassword(user, password, "scram-sha-256");
              HaltAfterCommit.armOnce(arm);
            });

    assertThat(storedPassword(database)).as("with another salt").isNotEqualTo(stored);
    assertThat(outcome).isEqualTo(Outcome.COMMITTED);
  }

  private static String storedPassword(TestDatabase database) throws SQLException {
    try (Connection admin = Databases.shared(DatabaseKind.POSTGRESQL).admin(database)) {
      return String.valueOf(
          Sql.text(
              admin,
              "SELECT rolpassword FROM pg_authid WHERE rolname = '" + database.username() + "'"));
    }
  }

  /** H2 calls a function that stands for a table when it learns its columns. */
  @Test
  void ofAStatementThatIsOnlyPreparedAreCommitted() throws Exception {
    TestDatabase database = Databases.fresh(DatabaseKind.H2);
    database.run(
        "CREATE TABLE t (id INT)",
        "CREATE ALIAS writing AS 'java.sql.ResultSet write(java.sql.Connection c) throws Exception {"
            + " c.createStatement().execute(\"INSERT INTO t VALUES (1)\");"
            + " return c.createStatement().executeQuery(\"SELECT 1\"); }'");
    String arm = arm();

    Outcome outcome =
        run(
            database,
            OutcomeTracking.LEDGER,
            TransactionOptions.defaults(),
            connection -> {
              connection.prepareStatement("SELECT * FROM writing()").close();
              HaltAfterCommit.armOnce(arm);
            });

    assertThat(database.number("SELECT COUNT(*) FROM t")).isOne();
    assertThat(outcome).isEqualTo(Outcome.COMMITTED);
  }

  @ParameterizedTest
  @EnumSource(names = {"LEDGER", "TRANSACTION_ID"})
  void ofAParameterAreCommitted(OutcomeTracking tracking) throws Exception {
    assertLargeObjectIsCommitted(
        tracking,
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement("SELECT ?")) {
            statement.setBlob(1, new ByteArrayInputStream(new byte[10]), 10);
          }
        });
  }
}
