package io.cofferdam.functional.settlement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.cofferdam.CrashReport.Phase;
import io.cofferdam.Outcome;
import io.cofferdam.PartialCommitException;
import io.cofferdam.RetryPolicy;
import io.cofferdam.RetryPolicy.Cause;
import io.cofferdam.TaskSerializationException;
import io.cofferdam.TransactionOptions;
import io.cofferdam.WorkerCrashedException;
import io.cofferdam.faults.KilledRollback;
import io.cofferdam.functional.OnEveryDatabase;
import io.cofferdam.testing.Attempts;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A worker is killed after its task has thrown, before anything is rolled back or answered. What
 * the task said wins over how its worker ended.
 */
class LastWordsTest extends OnEveryDatabase {

  /** More than a flight recorder has room for. */
  private static final int MUCH = 70_000;

  private String table;
  private String arm;
  private long pid;
  private long touched;

  @Override
  protected String[] jvmArguments() {
    return new String[] {KilledRollback.JVM_ARGUMENT};
  }

  @BeforeEach
  void arm() throws IOException, SQLException {
    table = table("id INT PRIMARY KEY");
    arm = Files.createTempFile("cofferdam-arm-", "").toString();
    pid = pid();
    touched = executor.snapshot().callersTouched();
  }

  @AfterEach
  void disarm() throws IOException {
    Files.deleteIfExists(Path.of(arm));
  }

  private void assertTheWorkerDiedAndNothingRemains() throws SQLException {
    assertTheWorkerDied();
    assertThat(rows(table)).isZero();
  }

  private void assertTheWorkerDied() {
    awaitAnIdleWorker();
    assertThat(pid()).as("the process after the death of the one before").isNotEqualTo(pid);
  }

  private long pid() {
    return executor.snapshot().workers().get(0).pid();
  }

  @Test
  void areTheTasksOwnException() throws SQLException {
    String into = table;
    String file = arm;
    Throwable failure =
        catchThrowable(
            () ->
                client.run(
                    connection -> {
                      Sql.run(connection, "INSERT INTO " + into + " VALUES (1)");
                      KilledRollback.armOnce(file);
                      throw new SQLException("too late", "40001", 4711);
                    }));

    assertThat(failure).isInstanceOf(SQLException.class).hasMessage("too late");
    assertThat(((SQLException) failure).getSQLState()).isEqualTo("40001");
    assertThat(((SQLException) failure).getErrorCode()).isEqualTo(4711);
    assertThat(Outcome.of(failure)).isEqualTo(Outcome.ROLLED_BACK);
    assertTheWorkerDiedAndNothingRemains();
    assertThat(executor.snapshot().callersTouched())
        .as("callers that were told of a death")
        .isEqualTo(touched);
  }

  @Test
  void areRetriedByAPolicyForThem() throws Exception {
    String into = table;
    String file = arm;
    try (Attempts attempts = Attempts.none()) {
      int attempt =
          client.execute(
              TransactionOptions.defaults()
                  .retry(RetryPolicy.attempts(2).on(Cause.SERIALIZATION_FAILURE, Cause.DEADLOCK)),
              connection -> {
                int number = attempts.begin();
                Sql.run(connection, "INSERT INTO " + into + " VALUES (1)");
                KilledRollback.armOnce(file);
                if (number == 1) {
                  throw new SQLException("once more", "40001");
                }
                return number;
              });

      assertThat(attempt).isEqualTo(2);
    }
    assertTheWorkerDied();
    assertThat(rows(table)).isEqualTo(1);
  }

  @Test
  void areWhyTheResultWasRefused() throws SQLException {
    String into = table;
    String file = arm;
    TaskSerializationException refused =
        catchThrowableOfType(
            TaskSerializationException.class,
            () ->
                client.execute(
                    connection -> {
                      Sql.run(connection, "INSERT INTO " + into + " VALUES (1)");
                      KilledRollback.armOnce(file);
                      return new Thread("of the task");
                    }));

    assertThat(refused).hasMessageContaining("java.lang.Thread");
    assertThat(refused.outcome()).isEqualTo(Outcome.ROLLED_BACK);
    assertTheWorkerDiedAndNothingRemains();
  }

  @Test
  void areLostIfTheRecorderHasNoRoom() throws SQLException {
    String into = table;
    String file = arm;
    WorkerCrashedException crash =
        catchThrowableOfType(
            WorkerCrashedException.class,
            () ->
                client.run(
                    connection -> {
                      Sql.run(connection, "INSERT INTO " + into + " VALUES (1)");
                      KilledRollback.armOnce(file);
                      throw new SQLException("x".repeat(MUCH));
                    }));

    assertThat(crash.outcome()).isEqualTo(Outcome.ROLLED_BACK);
    assertThat(crash.crashReport().phase()).isEqualTo(Phase.ROLLED_BACK);
    assertTheWorkerDiedAndNothingRemains();
    assertThat(executor.snapshot().callersTouched()).isEqualTo(touched + 1);
  }

  @Test
  void sayThatAPartMayBeCommitted() throws SQLException {
    String other = table + "_other";
    String file = arm;
    Throwable failure =
        catchThrowable(
            () ->
                client.run(
                    connection -> {
                      Sql.run(connection, "CREATE TABLE " + other + " (id INT PRIMARY KEY)");
                      KilledRollback.armOnce(file);
                      throw new IllegalStateException("after a change of tables");
                    }));

    assertThat(failure)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("after a change of tables");
    if (kind == DatabaseKind.POSTGRESQL) {
      assertThat(Outcome.of(failure)).isEqualTo(Outcome.ROLLED_BACK);
    } else {
      assertThat(failure.getSuppressed()).hasAtLeastOneElementOfType(PartialCommitException.class);
      assertThat(Outcome.of(failure)).isEqualTo(Outcome.UNKNOWN);
    }
    assertTheWorkerDied();
  }
}
