package io.cofferdam.functional.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.cofferdam.Outcome;
import io.cofferdam.OutcomeTracking;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.TransactionOptions;
import io.cofferdam.TransactionTask;
import io.cofferdam.faults.HaltAfterCommit;
import io.cofferdam.functional.OnOneDatabase;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a task does to its session of MariaDB spoils no row of the ledger. */
@Tag("any-jdk")
class MariaDbLedgerTest extends OnOneDatabase {

  @TempDir Path directory;

  MariaDbLedgerTest() {
    super(DatabaseKind.MARIADB);
  }

  @Override
  protected TransactionExecutorBuilder configure(TransactionExecutorBuilder builder) {
    return builder.outcomeTracking(OutcomeTracking.LEDGER);
  }

  private static TransactionTask<Integer, SQLException> payment(
      String first, String table, int id) {
    return connection -> {
      Sql.run(connection, first, "INSERT INTO " + table + " VALUES (" + id + ", 'paid')");
      return id;
    };
  }

  /** A key must not expire early, or its task would run twice. */
  @ParameterizedTest
  @ValueSource(strings = {"SET timestamp = 1000000", "INSERT INTO timed VALUES (1)"})
  void aKeyIsKeptForItsTimeWhateverTheTaskTakesForTheTime(String first) throws Exception {
    String table = table();
    database.run(
        "CREATE OR REPLACE TABLE timed (id INT)",
        "CREATE TRIGGER early BEFORE INSERT ON timed FOR EACH ROW SET timestamp = 1000000");
    TransactionOptions once = TransactionOptions.defaults().idempotencyKey("time of " + table);
    client.execute(once, payment(first, table, 1));

    try (TransactionExecutor other = configure(TestExecutors.on(database).workers(1)).build();
        TransactionClient second = other.client("second")) {
      assertThat(second.execute(once, payment("SELECT 1", table, 2))).isEqualTo(1);
    }

    assertThat(rows(table)).isOne();
    assertThat(
            database.number(
                "SELECT COUNT(*) FROM cofferdam_outcome WHERE expires_at NOT BETWEEN"
                    + " UTC_TIMESTAMP() AND UTC_TIMESTAMP() + INTERVAL 2 DAY"))
        .isZero();
  }

  /** The guard refuses the name in a text of the task, and does not see into a procedure. */
  @Test
  void aTemporaryTableThatHidesItIsNotTakenForIt() throws Exception {
    String table = table();
    database.run(
        "CREATE OR REPLACE PROCEDURE hide() CREATE TEMPORARY TABLE cofferdam_outcome"
            + " (id VARBINARY(820) PRIMARY KEY, kind VARCHAR(9), result MEDIUMBLOB,"
            + " fingerprint VARBINARY(820), expires_at DATETIME)");
    String insert = "INSERT INTO " + table + " VALUES (1, 'x')";
    String arm = Files.createFile(directory.resolve("arm")).toString();
    try (TransactionExecutor dying =
            configure(TestExecutors.on(database, HaltAfterCommit.JVM_ARGUMENT).workers(1)).build();
        TransactionClient teller = dying.client("teller")) {
      Throwable told =
          catchThrowable(
              () ->
                  teller.run(
                      connection -> {
                        Sql.run(connection, insert, "CALL hide()");
                        HaltAfterCommit.armOnce(arm);
                      }));

      assertThat(told == null ? Outcome.COMMITTED : Outcome.of(told)).isEqualTo(Outcome.COMMITTED);
    }
    assertThat(rows(table)).isOne();
  }
}
