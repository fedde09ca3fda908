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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * On PostgreSQL the session is cleaned in the round trip of the commit. Here the database refuses
 * the cleaning, with a state that from a commit would mean that it was rolled back.
 */
@Tag("process")
class CleaningWithCommitTest {

  /** Lets the function of the test stand before the server's own. */
  private static final String OPTIONS = "-c search_path=public,pg_catalog";

  private TestDatabase database;

  @BeforeEach
  void refuseTheCleaning() throws Exception {
    database = Databases.fresh(DatabaseKind.POSTGRESQL);
    database.run(
        "CREATE FUNCTION pg_advisory_unlock_all() RETURNS void LANGUAGE plpgsql AS"
            + " $$ BEGIN RAISE unique_violation; END $$",
        "CREATE TABLE t (id INT PRIMARY KEY DEFERRABLE INITIALLY DEFERRED)");
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
  void doesNotMakeACommitLookRolledBackOrLost(OutcomeTracking tracking) throws Exception {
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
  void doesNotMakeARefusedCommitLookCommitted(OutcomeTracking tracking) throws Exception {
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
}
