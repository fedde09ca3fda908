package io.cofferdam.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.cofferdam.CommitFailedException;
import io.cofferdam.Outcome;
import io.cofferdam.OutcomeTracking;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.testing.DatabaseKind;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.Sql;
import io.cofferdam.testing.TestDatabase;
import java.sql.Connection;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** On PostgreSQL a tracked commit and the cleaning of its session are one round trip. */
@Tag("process")
class CleaningWithCommitTest {

  /** Lets the function of the test stand before the server's own. */
  private static final String OPTIONS = "-c search_path=public,pg_catalog";

  private TestDatabase database;

  @BeforeEach
  void createTable() throws Exception {
    database = Databases.fresh(DatabaseKind.POSTGRESQL);
    database.run("CREATE TABLE t (id INT PRIMARY KEY DEFERRABLE INITIALLY DEFERRED)");
  }

  /** Refuses with a state that from a commit would mean that it was rolled back. */
  private void refuseTheCleaning() throws Exception {
    database.run(
        "CREATE FUNCTION pg_advisory_unlock_all() RETURNS void LANGUAGE plpgsql AS"
            + " $$ BEGIN RAISE unique_violation; END $$");
  }

  private TransactionExecutor executor(OutcomeTracking tracking) {
    return database
        .executor()
        .connectionProperty("options", OPTIONS)
        .workers(1)
        .outcomeTracking(tracking)
        .build();
  }

  @ParameterizedTest
  @EnumSource(OutcomeTracking.class)
  void thatIsRefusedDoesNotMakeACommitLookRolledBackOrLost(OutcomeTracking tracking)
      throws Exception {
    refuseTheCleaning();
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

      assertThat(database.number("SELECT count(*) FROM t")).isEqualTo(3);
      assertThat(executor.snapshot().crashes()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(OutcomeTracking.class)
  void thatIsRefusedDoesNotMakeARefusedCommitLookCommitted(OutcomeTracking tracking)
      throws Exception {
    refuseTheCleaning();
    try (TransactionExecutor executor = executor(tracking);
        TransactionClient client = executor.client("client")) {
      Throwable refused =
          catchThrowable(
              () -> client.run(connection -> Sql.run(connection, "INSERT INTO t VALUES (1), (1)")));

      assertThat(refused).isInstanceOf(CommitFailedException.class);
      assertThat(Outcome.of(refused)).isEqualTo(Outcome.ROLLED_BACK);
      assertThat(database.number("SELECT count(*) FROM t")).isZero();
      assertThat(executor.snapshot().crashes()).isZero();
    }
  }

  /** DISCARD TEMP waits here for a lock that somebody else holds. */
  @ParameterizedTest
  @EnumSource(OutcomeTracking.class)
  void isNoticedByNobodyIfTheWorkerDiesMeanwhile(OutcomeTracking tracking) throws Exception {
    String marker = "FROM pg_locks /* waits for the admin */";
    try (TransactionExecutor executor = executor(tracking);
        TransactionClient client = executor.client("client");
        Connection admin = Databases.shared(DatabaseKind.POSTGRESQL).admin(database)) {
      admin.setAutoCommit(false);
      Future<String> answer =
          client.submit(
              connection -> {
                Sql.run(
                    connection,
                    "CREATE TEMPORARY TABLE passing (id INT)",
                    "INSERT INTO t VALUES (1)");
                while (Sql.number(
                        connection, "SELECT count(*) " + marker + " WHERE mode = 'ShareLock'")
                    == 0) {
                  Thread.onSpinWait();
                }
                return "the answer";
              });
      FaultTest.awaitWorkerRunning(executor, database, marker);
      Sql.run(admin, "LOCK TABLE pg_attribute IN SHARE MODE");

      FaultTest.kill(FaultTest.awaitWorkerRunning(executor, database, "DISCARD TEMP"));
      admin.rollback();

      assertThat(answer.get()).isEqualTo("the answer");
      assertThat(database.number("SELECT count(*) FROM t")).isOne();
      assertThat(executor.snapshot().callersTouched()).isZero();
    }
  }
}
