package io.cofferdam.functional.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.cofferdam.Outcome;
import io.cofferdam.OutcomeTracking;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.WorkerStartException;
import io.cofferdam.faults.HaltAfterCommit;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the settings of a role make of its sessions. */
@Tag("process")
@Tag("any-jdk")
class PostgresRoleTest {

  private TestDatabase database;

  @BeforeEach
  void createTable() throws Exception {
    database = Databases.fresh(DatabaseKind.POSTGRESQL);
    database.run("CREATE TABLE public.t (id INT)");
  }

  private void setForTheRole(String setting) throws SQLException {
    try (Connection admin = Databases.shared(DatabaseKind.POSTGRESQL).admin(database)) {
      Sql.run(admin, "ALTER ROLE " + database.username() + " SET " + setting);
    }
  }

  /** Functions of the application may have the names of the server's own, and stand before them. */
  @Nested
  class ASearchPathWithOtherFunctionsFirst {

    @TempDir Path directory;

    @BeforeEach
    void createFunctions() throws Exception {
      database.run(
          "CREATE SCHEMA other",
          "CREATE FUNCTION other.pg_advisory_unlock_all() RETURNS void LANGUAGE sql AS 'SELECT 1'",
          "CREATE FUNCTION other.pg_backend_pid() RETURNS integer LANGUAGE sql AS 'SELECT 7'",
          "CREATE FUNCTION other.pg_terminate_backend(integer, bigint DEFAULT 0) RETURNS boolean"
              + " LANGUAGE sql AS 'SELECT true'",
          "CREATE FUNCTION other.pg_xact_status(xid8) RETURNS text LANGUAGE sql AS"
              + " $$ SELECT 'aborted'::text $$");
      setForTheRole("search_path = other, pg_catalog, public");
    }

    @Test
    void keepsNoLockOfATask() throws Exception {
      try (TransactionExecutor executor = TestExecutors.on(database).workers(1).build();
          TransactionClient client = executor.client("client")) {
        client.run(connection -> Sql.run(connection, "SELECT pg_advisory_lock(4711)"));

        assertThat(database.text("SELECT pg_try_advisory_lock(4711)")).isEqualTo("t");
      }
    }

    @Test
    void doesNotAnswerForTheServerWhatBecameOfACommit() throws Exception {
      String arm = Files.createFile(directory.resolve("arm")).toString();
      try (TransactionExecutor executor =
              TestExecutors.on(database, HaltAfterCommit.JVM_ARGUMENT).workers(1).build();
          TransactionClient client = executor.client("client")) {
        Throwable told =
            catchThrowable(
                () ->
                    client.run(
                        connection -> {
                          Sql.run(connection, "INSERT INTO t VALUES (1)");
                          HaltAfterCommit.armOnce(arm);
                        }));

        assertThat(told == null ? Outcome.COMMITTED : Outcome.of(told))
            .isEqualTo(Outcome.COMMITTED);
        assertThat(database.number("SELECT count(*) FROM t")).isOne();
      }
    }
  }

  /** Then there is no schema for names that have none. */
  @Nested
  class AnEmptySearchPath {

    @BeforeEach
    void empty() throws Exception {
      setForTheRole("search_path = ''");
    }

    @Test
    void isNamedWhereTheLedgerIsNotFound() {
      assertThatThrownBy(
              () ->
                  TestExecutors.on(database)
                      .outcomeTracking(OutcomeTracking.LEDGER)
                      .startupTimeout(Duration.ofSeconds(10))
                      .build())
          .isInstanceOf(WorkerStartException.class)
          .hasMessageContaining("name one in ledgerTable")
          .hasMessageNotContaining(database.name() + "\".");
    }

    @Test
    void isNoHindranceToALedgerThatIsNamedWithItsSchema() throws Exception {
      try (TransactionExecutor executor =
              TestExecutors.on(database)
                  .workers(1)
                  .outcomeTracking(OutcomeTracking.LEDGER)
                  .ledgerTable("public.cofferdam_outcome")
                  .build();
          TransactionClient client = executor.client("client")) {
        client.run(connection -> Sql.run(connection, "INSERT INTO public.t VALUES (1)"));

        assertThat(database.number("SELECT count(*) FROM public.cofferdam_outcome")).isOne();
      }
    }
  }
}
