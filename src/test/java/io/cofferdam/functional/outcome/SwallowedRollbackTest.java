package io.cofferdam.functional.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.cofferdam.CommitFailedException;
import io.cofferdam.Outcome;
import io.cofferdam.OutcomeTracking;
import io.cofferdam.RetryPolicy;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.TransactionOptions;
import io.cofferdam.functional.OnEveryDatabase;
import io.cofferdam.testing.Attempts;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.concurrent.CompletionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A task that asks for a rollback has its transaction rolled back, whatever it does then. */
@Tag("any-jdk")
class SwallowedRollbackTest extends OnEveryDatabase {

  private static final String HERE = SwallowedRollbackTest.class.getName();

  @Override
  protected TransactionExecutorBuilder configure(TransactionExecutorBuilder builder) {
    return builder.outcomeTracking(OutcomeTracking.LEDGER);
  }

  /** Something that a task does with its connection. */
  @FunctionalInterface
  interface Attempt extends Serializable {
    void on(Connection connection) throws SQLException;
  }

  @SuppressWarnings("ImmutableEnumChecker")
  enum Way {
    ROLLBACK(Connection::rollback),
    ROLLBACK_TO_NO_SAVEPOINT(connection -> connection.rollback(null)),
    ABORT(connection -> connection.abort(Runnable::run)),
    THROUGH_THE_STATEMENT(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            statement.getConnection().rollback();
          }
        }),
    AS_TEXT(connection -> Sql.run(connection, "ROLLBACK")),
    IN_A_LONGER_TEXT(connection -> Sql.run(connection, "SELECT 1; rollback /* all */ work")),
    PREPARED(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement("ROLLBACK")) {
            statement.execute();
          }
        }),
    IN_A_BATCH(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            statement.addBatch("ROLLBACK");
            statement.executeBatch();
          }
        });

    private final Attempt attempt;

    Way(Attempt attempt) {
      this.attempt = attempt;
    }
  }

  /** Does what most JDBC code does about a rollback that fails. */
  private static void rollBackQuietly(Connection connection) {
    swallow(connection, Connection::rollback);
  }

  static void swallow(Connection connection, Attempt attempt) {
    try {
      attempt.on(connection);
    } catch (SQLException ignored) {
      return;
    }
    throw new AssertionError("it was not refused");
  }

  static void insert(Connection connection, String table, int id) throws SQLException {
    Sql.run(connection, "INSERT INTO " + table + " VALUES (" + id + ", 'x')");
  }

  private static CommitFailedException assertRolledBack(ThrowingCallable execution) {
    return assertRolledBack(CommitFailedException.class, execution);
  }

  @ParameterizedTest
  @EnumSource
  void commitsNothingAndSaysWhere(Way way) throws Exception {
    String table = table();

    CommitFailedException failure =
        assertRolledBack(
            () ->
                client.run(
                    connection -> {
                      insert(connection, table, 1);
                      swallow(connection, way.attempt);
                      insert(connection, table, 2);
                    }));

    assertThat(failure).hasMessageContaining(" was called at io.cofferdam.");
    assertThat(failure.getCause()).isInstanceOf(SQLException.class).hasStackTraceContaining(HERE);
    assertThat(rows(table)).isZero();
  }

  @Test
  void commitsNothingThroughTheDriversOwnInterface() throws Exception {
    String table = table();
    String type =
        switch (kind) {
          case POSTGRESQL -> "org.postgresql.core.BaseConnection";
          case MARIADB, H2 -> Connection.class.getName();
        };

    assertRolledBack(
        () ->
            client.run(
                connection -> {
                  insert(connection, table, 1);
                  swallow(
                      connection, raw -> ((Connection) raw.unwrap(interfaceOf(type))).rollback());
                }));

    assertThat(rows(table)).isZero();
  }

  static Class<?> interfaceOf(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void commitsNothingOfATaskThatWasSubmitted() throws Exception {
    String table = table();

    assertThatThrownBy(
            () ->
                client
                    .submit(
                        connection -> {
                          insert(connection, table, 1);
                          rollBackQuietly(connection);
                          return "done";
                        })
                    .join())
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(CommitFailedException.class)
        .satisfies(thrown -> assertThat(Outcome.of(thrown)).isEqualTo(Outcome.ROLLED_BACK));
    assertThat(rows(table)).isZero();
  }

  @Test
  void isNoSuccessOfATaskThatOnlyReadsEither() {
    assertRolledBack(
        () ->
            client.run(
                TransactionOptions.defaults().readOnly(),
                connection -> {
                  Sql.run(connection, "SELECT 1");
                  rollBackQuietly(connection);
                }));
  }

  @Test
  void isNoSuccessOfATaskThatExecutesNothing() {
    assertRolledBack(() -> client.run(connection -> rollBackQuietly(connection)));
  }

  @Test
  void isNotTriedAgain() throws Exception {
    String table = table();
    try (Attempts attempts = Attempts.none()) {
      assertRolledBack(
          () ->
              client.run(
                  TransactionOptions.defaults().retry(RetryPolicy.attempts(3)),
                  connection -> {
                    attempts.begin();
                    insert(connection, table, 1);
                    rollBackQuietly(connection);
                  }));

      assertThat(attempts.count()).isOne();
    }
  }

  @Test
  void leavesTheIdempotencyKeyToTheNextTask() throws Exception {
    String table = table();
    TransactionOptions keyed = TransactionOptions.defaults().idempotencyKey("payment-1");

    assertRolledBack(
        () ->
            client.run(
                keyed,
                connection -> {
                  insert(connection, table, 1);
                  rollBackQuietly(connection);
                }));
    client.run(keyed, connection -> insert(connection, table, 2));

    assertThat(database.text("SELECT SUM(id) FROM " + table)).isEqualTo("2");
  }

  @Test
  void letsTheTasksOwnExceptionThrough() throws Exception {
    String table = table();

    assertThatThrownBy(
            () ->
                client.run(
                    connection -> {
                      insert(connection, table, 1);
                      rollBackQuietly(connection);
                      throw new IllegalStateException("after the rollback");
                    }))
        .hasMessage("after the rollback")
        .satisfies(thrown -> assertThat(Outcome.of(thrown)).isEqualTo(Outcome.ROLLED_BACK));
    assertThat(rows(table)).isZero();
  }

  @Nested
  class WhenTheTaskGoesOn {

    /** PostgreSQL rolls definitions back; elsewhere one would commit what came before it. */
    @Test
    void doesNotLetAStatementCommitWhatCameBefore() throws Exception {
      String table = table();
      String definition = "CREATE TABLE " + table + "_more (id INT)";

      assertRolledBack(
          () ->
              client.run(
                  connection -> {
                    insert(connection, table, 1);
                    rollBackQuietly(connection);
                    try {
                      Sql.run(connection, definition);
                    } catch (SQLException refused) {
                      assertThat(refused.getMessage()).contains("after a rollback");
                      assertThat(String.valueOf(refused.getCause()))
                          .contains("was called at " + HERE);
                    }
                  }));

      assertThat(rows(table)).isZero();
    }

    /** The driver keeps a batch whose execution was refused. */
    @Test
    void doesNotLetABatchCommitWhatCameBeforeAtItsSecondExecution() throws Exception {
      String table = table();
      String definition = "CREATE TABLE " + table + "_more (id INT)";

      assertRolledBack(
          () ->
              client.run(
                  connection -> {
                    insert(connection, table, 1);
                    rollBackQuietly(connection);
                    try (Statement statement = connection.createStatement()) {
                      statement.addBatch(definition);
                      for (int i = 0; i < 2; i++) {
                        try {
                          statement.executeBatch();
                        } catch (SQLException refused) {
                          assertThat(refused.getMessage()).contains("after a rollback");
                        }
                      }
                    }
                  }));

      assertThat(rows(table)).isZero();
    }

    @Test
    void keepsTheWorker() {
      long worker = worker();

      assertRolledBack(() -> client.run(connection -> rollBackQuietly(connection)));

      assertThat(worker()).isEqualTo(worker);
    }
  }

  @Nested
  class WhatIsNoRollback {

    @Test
    void isACommitThatWasRefused() throws Exception {
      String table = table();

      client.run(
          connection -> {
            insert(connection, table, 1);
            swallow(connection, Connection::commit);
          });

      assertThat(rows(table)).isOne();
    }

    @Test
    void isAutoCommitThatWasRefused() throws Exception {
      String table = table();

      client.run(
          connection -> {
            insert(connection, table, 1);
            swallow(connection, raw -> raw.setAutoCommit(true));
            swallow(connection, raw -> Sql.run(raw, "COMMIT"));
          });

      assertThat(rows(table)).isOne();
    }

    @Test
    void isClosingTheConnection() throws Exception {
      String table = table();

      client.run(
          connection -> {
            try (Connection wrapped = connection) {
              insert(wrapped, table, 1);
            }
          });

      assertThat(rows(table)).isOne();
    }

    @Test
    void isGoingBackToASavepoint() throws Exception {
      String table = table();
      boolean named = kind != DatabaseKind.POSTGRESQL;

      client.run(
          connection -> {
            insert(connection, table, 1);
            var savepoint = named ? connection.setSavepoint("here") : connection.setSavepoint();
            insert(connection, table, 2);
            connection.rollback(savepoint);
            Sql.run(connection, "SAVEPOINT there");
            insert(connection, table, 3);
            Sql.run(connection, "ROLLBACK TO SAVEPOINT there");
          });

      assertThat(rows(table)).isOne();
    }
  }

  /** What the task wanted to be undone is still there. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void commitsNothingAfterAFailedRollbackToASavepoint(boolean asText) throws Exception {
    String table = table();

    CommitFailedException failure =
        assertRolledBack(
            () ->
                client.run(
                    connection -> {
                      var savepoint = connection.setSavepoint("here");
                      insert(connection, table, 1);
                      connection.releaseSavepoint(savepoint);
                      swallow(
                          connection,
                          its -> {
                            if (asText) {
                              Sql.run(its, "/* undo */ ROLLBACK TO SAVEPOINT there");
                            } else {
                              its.rollback(savepoint);
                            }
                          });
                    }));

    assertThat(failure).hasMessageContaining("which failed, was called at");
    assertThat(rows(table)).isZero();
  }

  /** Some drivers refuse what is no savepoint of theirs with another exception. */
  @Test
  void commitsNothingAfterARollbackToWhatIsNoSavepointOfTheDriver() throws Exception {
    String table = table();

    assertRolledBack(
        () ->
            client.run(
                connection -> {
                  insert(connection, table, 1);
                  try {
                    connection.rollback(new ForeignSavepoint());
                    throw new AssertionError("it was not refused");
                  } catch (SQLException | RuntimeException ignored) {
                    insert(connection, table, 2);
                  }
                }));

    assertThat(rows(table)).isZero();
  }

  private static final class ForeignSavepoint implements Savepoint {
    @Override
    public int getSavepointId() {
      return 1;
    }

    @Override
    public String getSavepointName() {
      return "elsewhere";
    }
  }

  /** A statement that has committed by itself before the rollback was asked for is past mending. */
  @Test
  void isUnknownAfterAStatementThatCommitsByItself() throws Exception {
    if (kind == DatabaseKind.POSTGRESQL) {
      return;
    }
    String table = table();

    CommitFailedException failure =
        catchThrowableOfType(
            CommitFailedException.class,
            () ->
                client.run(
                    connection -> {
                      insert(connection, table, 1);
                      Sql.run(connection, "CREATE TABLE " + table + "_more (id INT)");
                      rollBackQuietly(connection);
                    }));

    assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(rows(table)).isOne();
  }
}
