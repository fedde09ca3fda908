package io.cofferdam.functional.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.cofferdam.CommitFailedException;
import io.cofferdam.Outcome;
import io.cofferdam.OutcomeTracking;
import io.cofferdam.TransactionAction;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.functional.WithHarmedWorkers;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.PgBouncer;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * On PostgreSQL a tracked commit and the cleaning of its session are one round trip. Whatever
 * becomes of the cleaning, the caller is told what became of the transaction.
 */
@Tag("any-jdk")
@Tag("process")
class CleaningWithCommitTest {

  /** Lets functions of a test stand before the server's own. */
  private static final String SEARCH_PATH = "search_path=public,pg_catalog";

  private TestDatabase database;

  @BeforeEach
  void createTable() throws Exception {
    database = Databases.fresh(DatabaseKind.POSTGRESQL);
    database.run("CREATE TABLE t (id INT PRIMARY KEY DEFERRABLE INITIALLY DEFERRED)");
  }

  private TransactionExecutor executor(OutcomeTracking tracking) {
    return start(
        TestExecutors.on(database).connectionProperty("options", "-c " + SEARCH_PATH), tracking);
  }

  private static TransactionExecutor start(
      TransactionExecutorBuilder builder, OutcomeTracking tracking) {
    return builder.workers(1).outcomeTracking(tracking).build();
  }

  private long rows() throws SQLException {
    return database.number("SELECT count(*) FROM t");
  }

  /** Runs a task that is going to be committed, and fails if the caller is told anything else. */
  private void assertToldThatItIsCommitted(
      TransactionExecutor executor, TransactionAction<SQLException> action) throws SQLException {
    try (TransactionClient client = executor.client("client")) {
      @Nullable Throwable failure = catchThrowable(() -> client.run(action));

      assertThat(rows()).isOne();
      assertThat(failure).isNull();
      assertThat(executor.snapshot().crashes()).isZero();
    }
  }

  @Nested
  class WhenTheDatabaseRefusesTheCleaning {

    /** Refuses with a state that from a commit would mean that it was rolled back. */
    @BeforeEach
    void refuseTheCleaning() throws Exception {
      try (Connection admin = Databases.shared(DatabaseKind.POSTGRESQL).admin(database)) {
        Sql.run(
            admin, "REVOKE EXECUTE ON FUNCTION pg_catalog.pg_advisory_unlock_all() FROM PUBLIC");
      }
    }

    @ParameterizedTest
    @EnumSource(OutcomeTracking.class)
    void aCommitDoesNotLookRolledBackOrLost(OutcomeTracking tracking) throws Exception {
      try (TransactionExecutor executor = executor(tracking);
          TransactionClient client = executor.client("client")) {
        for (int i = 0; i < 3; i++) {
          int id = i;
          String answer =
              client.execute(
                  connection -> {
                    Sql.run(connection, "INSERT INTO t VALUES (" + id + ")");
                    return "answer " + id;
                  });
          assertThat(answer).isEqualTo("answer " + id);
        }

        assertThat(rows()).isEqualTo(3);
        assertThat(executor.snapshot().crashes()).isZero();
      }
    }

    @ParameterizedTest
    @EnumSource(OutcomeTracking.class)
    void aRefusedCommitDoesNotLookCommitted(OutcomeTracking tracking) throws Exception {
      try (TransactionExecutor executor = executor(tracking);
          TransactionClient client = executor.client("client")) {
        Throwable refused =
            catchThrowable(
                () ->
                    client.run(connection -> Sql.run(connection, "INSERT INTO t VALUES (1), (1)")));

        assertThat(refused).isInstanceOf(CommitFailedException.class);
        assertThat(Outcome.of(refused)).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(rows()).isZero();
        assertThat(executor.snapshot().crashes()).isZero();
      }
    }

    /** The server takes RESET ROLE back, with what failed after it. */
    @Test
    void theLedgerIsNotReadAsTheTasksRole() throws Exception {
      String tenant = "tenant_of_" + database.name();
      try (TransactionExecutor executor = executor(OutcomeTracking.LEDGER);
          Connection admin = Databases.shared(DatabaseKind.POSTGRESQL).admin(database)) {
        Sql.run(
            admin,
            "CREATE ROLE " + tenant,
            "GRANT " + tenant + " TO " + database.username(),
            "GRANT USAGE ON SCHEMA public TO " + tenant,
            "GRANT INSERT, SELECT ON t, cofferdam_outcome TO " + tenant,
            "ALTER TABLE cofferdam_outcome ENABLE ROW LEVEL SECURITY",
            "CREATE POLICY blind ON cofferdam_outcome FOR INSERT TO "
                + tenant
                + " WITH CHECK (true)");

        assertToldThatItIsCommitted(
            executor,
            connection -> {
              Sql.text(connection, "SELECT set_config('role', '" + tenant + "', false)");
              Sql.run(connection, "INSERT INTO t VALUES (1)");
            });
      }
    }

    @Test
    void theServersFunctionsAreNotTheTasks() throws Exception {
      database.run(
          "CREATE SCHEMA app",
          "CREATE FUNCTION app.pg_xact_status(xid8) RETURNS text LANGUAGE sql AS"
              + " $$ SELECT 'aborted' $$",
          "CREATE FUNCTION app.pg_current_xact_id_if_assigned() RETURNS xid8 LANGUAGE sql AS"
              + " $$ SELECT CAST('999999999' AS xid8) $$");
      try (TransactionExecutor executor = executor(OutcomeTracking.TRANSACTION_ID)) {
        assertToldThatItIsCommitted(
            executor,
            connection -> {
              Sql.text(
                  connection, "SELECT set_config('search_path', 'app, public, pg_catalog', false)");
              Sql.run(connection, "INSERT INTO t VALUES (1)");
            });
      }
    }

    @ParameterizedTest
    @EnumSource(OutcomeTracking.class)
    void aPoolerMakesNoDifference(OutcomeTracking tracking) throws Exception {
      database.run("ALTER ROLE " + database.username() + " SET " + SEARCH_PATH);
      try (PgBouncer bouncer = PgBouncer.start(database, 2);
          TransactionExecutor executor =
              start(
                  TestExecutors.on(bouncer.database()).connectionProperty("options", ""),
                  tracking)) {
        assertToldThatItIsCommitted(
            executor, connection -> Sql.run(connection, "INSERT INTO t VALUES (1)"));
      }
    }
  }

  /** DISCARD waits for a lock that somebody else holds. */
  @Nested
  class WhenTheCleaningWaits {

    private static final String MARKER = "FROM pg_locks /* waits for the admin */";

    /** Has a task make a temporary table, which cannot be removed until the admin rolls back. */
    private Future<String> submit(
        TransactionExecutor executor, TransactionClient client, Connection admin, String makeTable)
        throws SQLException {
      admin.setAutoCommit(false);
      Future<String> answer =
          client.submit(
              connection -> {
                Sql.run(connection, makeTable, "INSERT INTO t VALUES (1)");
                while (Sql.number(
                        connection, "SELECT count(*) " + MARKER + " WHERE mode = 'ShareLock'")
                    == 0) {
                  Thread.onSpinWait();
                }
                return "the answer";
              });
      WithHarmedWorkers.awaitWorkerRunning(executor, database, MARKER);
      Sql.run(admin, "LOCK TABLE pg_attribute IN SHARE MODE");
      return answer;
    }

    @ParameterizedTest
    @EnumSource(OutcomeTracking.class)
    void theDeathOfTheWorkerIsNoticedByNobody(OutcomeTracking tracking) throws Exception {
      database.run(
          "CREATE FUNCTION make_table() RETURNS void LANGUAGE sql AS"
              + " $$ CREATE TEMPORARY TABLE passing (id INT) $$");
      try (TransactionExecutor executor = executor(tracking);
          TransactionClient client = executor.client("client");
          Connection admin = Databases.shared(DatabaseKind.POSTGRESQL).admin(database)) {
        Future<String> answer = submit(executor, client, admin, "SELECT make_table()");

        WithHarmedWorkers.kill(
            WithHarmedWorkers.awaitWorkerRunning(executor, database, "DISCARD TEMP"));
        admin.rollback();

        assertThat(answer.get()).isEqualTo("the answer");
        assertThat(rows()).isOne();
        assertThat(executor.snapshot().callersTouched()).isZero();
      }
    }

    @ParameterizedTest
    @EnumSource(OutcomeTracking.class)
    void theAnswerDoesNotWaitForWhatTheTaskHasPlainlyLeft(OutcomeTracking tracking)
        throws Exception {
      try (TransactionExecutor executor = executor(tracking);
          TransactionClient client = executor.client("client");
          Connection admin = Databases.shared(DatabaseKind.POSTGRESQL).admin(database)) {
        Future<String> answer =
            submit(executor, client, admin, "CREATE TEMPORARY TABLE passing (id INT)");

        assertThat(answer.get()).isEqualTo("the answer");
        WithHarmedWorkers.awaitWorkerRunning(executor, database, "DISCARD ALL");
        admin.rollback();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(value = OutcomeTracking.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void aRefusalWithAStateThatNobodyKnowsCostsNoWorker(OutcomeTracking tracking) throws Exception {
    database.run(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
            + " $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = 'AP001'; END $$",
        "CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED"
            + " FOR EACH ROW EXECUTE FUNCTION refuse()");
    try (TransactionExecutor executor = executor(tracking);
        TransactionClient client = executor.client("client")) {
      Throwable refused =
          catchThrowable(
              () -> client.run(connection -> Sql.run(connection, "INSERT INTO t VALUES (1)")));

      assertThat(refused).isInstanceOf(CommitFailedException.class);
      assertThat(Outcome.of(refused)).isEqualTo(Outcome.ROLLED_BACK);
      assertThat(executor.snapshot().crashes()).isZero();
    }
  }
}
