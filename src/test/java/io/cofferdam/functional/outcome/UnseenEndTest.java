package io.cofferdam.functional.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.cofferdam.CommitFailedException;
import io.cofferdam.Outcome;
import io.cofferdam.OutcomeTracking;
import io.cofferdam.PartialCommitException;
import io.cofferdam.TransactionAction;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.WorkerCrashedException;
import io.cofferdam.functional.WithOneWorker;
import io.cofferdam.internal.worker.guard.BehindTheGuard;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the guard does not see, the server tells: a transaction that was ended behind the guard is
 * UNKNOWN, whatever its task does then.
 */
@Tag("any-jdk")
@ParameterizedClass
@EnumSource(OutcomeTracking.class)
class UnseenEndTest extends WithOneWorker {

  /** Ways to end a transaction, each as one or more statements. */
  static final List<List<String>> ENDS =
      List.of(
          List.of("COMMIT"),
          List.of("COMMIT", "BEGIN"),
          List.of("ROLLBACK"),
          List.of("ROLLBACK", "BEGIN"));

  @Parameter OutcomeTracking tracking;

  @BeforeParameterizedClassInvocation
  final void openExecutor(OutcomeTracking parameter) {
    tracking = parameter;
    open(DatabaseKind.POSTGRESQL);
  }

  @AfterParameterizedClassInvocation
  final void closeExecutor() {
    close();
  }

  @Override
  protected TransactionExecutorBuilder configure(TransactionExecutorBuilder builder) {
    return builder.outcomeTracking(tracking);
  }

  static void insert(Connection connection, String table, int id) throws SQLException {
    Sql.run(connection, "INSERT INTO " + table + " VALUES (" + id + ", 'x')");
  }

  @ParameterizedTest
  @FieldSource("ENDS")
  void isNeverTakenForACommitWhenTheTaskReturns(List<String> ends) throws Exception {
    String table = table();
    String[] end = ends.toArray(new String[0]);

    Throwable told =
        catchThrowable(
            () ->
                client.run(
                    connection -> {
                      insert(connection, table, 1);
                      BehindTheGuard.run(connection, end);
                    }));

    assertThat(told).isInstanceOf(CommitFailedException.class);
    assertThat(Outcome.of(told)).isEqualTo(Outcome.UNKNOWN);
    assertThat(told).hasMessageContaining("ended");
  }

  @ParameterizedTest
  @FieldSource("ENDS")
  void isNeverTakenForARollbackWhenTheTaskThrows(List<String> ends) throws Exception {
    String table = table();
    String[] end = ends.toArray(new String[0]);

    Throwable told =
        catchThrowable(
            () ->
                client.run(
                    connection -> {
                      insert(connection, table, 1);
                      BehindTheGuard.run(connection, end);
                      throw new IllegalStateException("on purpose");
                    }));

    assertThat(told).isInstanceOf(IllegalStateException.class).hasMessage("on purpose");
    assertThat(told.getSuppressed()).hasOnlyElementsOfType(PartialCommitException.class);
    assertThat(Outcome.of(told)).isEqualTo(Outcome.UNKNOWN);
  }

  @Test
  void isSeenThroughAStatementThatFailsAfterIt() throws Exception {
    String table = table();

    Throwable told =
        catchThrowable(
            () ->
                client.run(
                    connection -> {
                      insert(connection, table, 1);
                      BehindTheGuard.run(connection, "COMMIT", "BEGIN");
                      Sql.run(connection, "SELECT * FROM " + table + "_that_is_not_there");
                    }));

    assertThat(told).isInstanceOf(SQLException.class);
    assertThat(Outcome.of(told)).isEqualTo(Outcome.UNKNOWN);
    assertThat(rows(table)).isOne();
  }

  /** The driver sets savepoints of its own then, also where the transaction has failed. */
  @ParameterizedTest
  @ValueSource(strings = {"always", "conservative"})
  void isSeenThroughAStatementThatFailsWhereTheDriverSetsSavepoints(String autosave)
      throws Exception {
    String table = table();
    try (TransactionExecutor saving =
            configure(TestExecutors.on(database).workers(1).warmSpares(0))
                .connectionProperty("autosave", autosave)
                .build();
        TransactionClient its = saving.client("saving")) {
      String session = its.execute(textOf(kind.sessionId()));

      Throwable harmless =
          catchThrowable(
              () -> its.run(sql("INSERT INTO " + table + " VALUES (0, 'x')", "SELECT 1/0")));

      assertThat(Outcome.of(harmless)).isEqualTo(Outcome.ROLLED_BACK);
      assertThat(its.execute(textOf(kind.sessionId()))).isEqualTo(session);
      assertThat(rows(table)).isZero();

      Throwable told =
          catchThrowable(
              () ->
                  its.run(
                      connection -> {
                        insert(connection, table, 1);
                        BehindTheGuard.run(connection, "COMMIT", "BEGIN");
                        Sql.run(connection, "SELECT 1 / 0");
                      }));

      assertThat(told).isInstanceOf(SQLException.class);
      assertThat(Outcome.of(told)).isEqualTo(Outcome.UNKNOWN);
      assertThat(rows(table)).isOne();
    }
  }

  @Test
  void letsNothingBeExecutedAfterIt() throws Exception {
    String table = table();

    assertThatThrownBy(
            () ->
                client.run(
                    connection -> {
                      insert(connection, table, 1);
                      BehindTheGuard.run(connection, "COMMIT");
                      insert(connection, table, 2);
                    }))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("was ended by")
        .satisfies(told -> assertThat(Outcome.of(told)).isEqualTo(Outcome.UNKNOWN));

    assertThat(database.text("SELECT sum(id) FROM " + table)).isEqualTo("1");
  }

  @Test
  void isNotTriedAgain() throws Exception {
    String table = table();

    Throwable told =
        failureOfTheOnlyAttempt(
            connection -> {
              insert(connection, table, 1);
              BehindTheGuard.run(connection, "COMMIT");
              throw new SQLException("a deadlock, it says", "40P01");
            });

    assertThat(Outcome.of(told)).isEqualTo(Outcome.UNKNOWN);
  }

  @Test
  void costsTheSession() throws Exception {
    String table = table();
    String session = client.execute(textOf(kind.sessionId()));

    Throwable told =
        catchThrowable(
            () ->
                client.run(
                    connection -> {
                      insert(connection, table, 1);
                      BehindTheGuard.run(connection, "COMMIT");
                    }));

    assertThat(told).isNotNull();
    assertThat(client.execute(textOf(kind.sessionId()))).isNotEqualTo(session);
  }

  @Test
  void isUnknownWhenTheWorkerDiesAfterIt() throws Exception {
    String table = table();
    try (TransactionExecutor crashing = configure(TestExecutors.on(database).workers(1)).build();
        TransactionClient crasher = crashing.client("crasher")) {
      Throwable told =
          catchThrowable(
              () ->
                  crasher.run(
                      connection -> {
                        insert(connection, table, 1);
                        BehindTheGuard.run(connection, "COMMIT");
                        SwallowedRollbackTest.swallow(
                            connection, guarded -> Sql.run(guarded, "SELECT 1"));
                        Runtime.getRuntime().halt(99);
                      }));

      assertThat(told).isInstanceOf(WorkerCrashedException.class);
      assertThat(Outcome.of(told)).isEqualTo(Outcome.UNKNOWN);
    }
  }

  /** Whatever takes the mark of a transaction away must not be taken for its end. */
  @ParameterizedTest
  @FieldSource("HARMLESS")
  void isNotSuspectedWhereThereIsNone(TransactionAction<SQLException> harmless) throws Exception {
    String table = table();

    client.run(
        connection -> {
          harmless.run(connection);
          insert(connection, table, 1);
          harmless.run(connection);
        });
    assertThat(rows(table)).isOne();

    assertThatThrownBy(
            () ->
                client.run(
                    connection -> {
                      harmless.run(connection);
                      insert(connection, table, 2);
                      harmless.run(connection);
                      throw new IllegalStateException("on purpose");
                    }))
        .satisfies(told -> assertThat(Outcome.of(told)).isEqualTo(Outcome.ROLLED_BACK));
    assertThat(rows(table)).isOne();
  }

  static final List<TransactionAction<SQLException>> HARMLESS =
      List.of(
          connection -> Sql.run(connection, "RESET ALL"),
          connection -> Sql.run(connection, "reset all; SELECT 1"),
          connection -> Sql.run(connection, "RESET ROLE", "SET LOCAL work_mem = '2MB'"),
          connection -> connection.rollback(connection.setSavepoint()),
          connection -> Sql.run(connection, "SAVEPOINT s", "RESET ALL", "ROLLBACK TO s"),
          connection -> connection.getMetaData().getTables(null, null, "nothing", null).close(),
          connection -> connection.setTypeMap(java.util.Map.of()),
          connection -> {
            var savepoint = connection.setSavepoint();
            try {
              Sql.run(connection, "SELECT 1 / 0");
            } catch (SQLException divisionByZero) {
              connection.rollback(savepoint);
            }
          });

  @Test
  void isNotSuspectedAfterAStatementThatHasFailed() {
    assertThatThrownBy(() -> client.run(connection -> Sql.run(connection, "SELECT 1 / 0")))
        .isInstanceOf(SQLException.class)
        .satisfies(told -> assertThat(Outcome.of(told)).isEqualTo(Outcome.ROLLED_BACK));
  }
}
