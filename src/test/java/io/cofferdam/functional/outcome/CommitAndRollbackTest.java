package io.cofferdam.functional.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.cofferdam.Outcome;
import io.cofferdam.TransactionOptions;
import io.cofferdam.functional.OnEveryDatabase;
import io.cofferdam.testkit.database.Sql;
import java.io.PrintWriter;
import java.io.Serializable;
import java.io.StringWriter;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Returning commits, throwing rolls back, and what was thrown comes out as itself. */
class CommitAndRollbackTest extends OnEveryDatabase {

  @Nested
  class WhenTheTaskReturns {

    @Test
    void hasCommittedBeforeTheAnswer() throws Exception {
      String table = table();

      long seen =
          client.execute(
              connection -> {
                Sql.run(connection, "INSERT INTO " + table + " VALUES (1, 'kept')");
                return Sql.number(connection, "SELECT COUNT(*) FROM " + table);
              });

      assertThat(seen).isEqualTo(1);
      assertThat(rows(table)).isEqualTo(1);
    }

    @Test
    void commitsAnActionWithoutResult() throws Exception {
      String table = table();

      client.run(connection -> Sql.run(connection, "INSERT INTO " + table + " VALUES (1, 'kept')"));

      assertThat(rows(table)).isEqualTo(1);
    }

    @Test
    void hasCommittedBeforeTheFutureCompletes() throws Exception {
      String table = table();

      CompletableFuture<Long> rows =
          client
              .submit(
                  connection -> {
                    Sql.run(connection, "INSERT INTO " + table + " VALUES (1, 'kept')");
                    return "done";
                  })
              .thenApply(done -> rowsUnchecked(table));

      assertThat(rows.get(30, TimeUnit.SECONDS)).isEqualTo(1);
    }

    @Test
    void hasCommittedAnActionBeforeItsFutureCompletes() throws Exception {
      String table = table();

      CompletableFuture<Long> rows =
          client
              .runAsync(
                  connection -> Sql.run(connection, "INSERT INTO " + table + " VALUES (1, 'kept')"))
              .thenApply(nothing -> rowsUnchecked(table));

      assertThat(rows.get(30, TimeUnit.SECONDS)).isEqualTo(1);
    }

    @Test
    void completesTheFutureOfAnActionWithNull() throws Exception {
      TransactionOptions options = TransactionOptions.defaults().label("an action");

      assertThat(client.runAsync(options, connection -> {}).get(30, TimeUnit.SECONDS)).isNull();
    }

    private long rowsUnchecked(String table) {
      try {
        return rows(table);
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    @Test
    void runsInAnotherProcess() {
      assertThat(worker()).isNotEqualTo(ProcessHandle.current().pid());
    }
  }

  @Nested
  class WhenTheTaskThrows {

    @Test
    void rollsBackOnACheckedExceptionOfTheUserWhichComesOutAsItself() throws Exception {
      String table = table();

      assertThatThrownBy(
              () ->
                  client.execute(
                      connection -> {
                        insert(connection, table);
                        throw new InsufficientFunds("teller-17", 42);
                      }))
          .isInstanceOfSatisfying(
              InsufficientFunds.class,
              thrown -> {
                assertThat(thrown).hasMessage("teller-17 lacks 42");
                assertThat(thrown.missing).isEqualTo(42);
                assertThat(Outcome.of(thrown)).isEqualTo(Outcome.ROLLED_BACK);
              });
      assertThat(rows(table)).isZero();
    }

    @Test
    void rollsBackOnARuntimeException() throws Exception {
      String table = table();

      assertThatThrownBy(
              () ->
                  client.run(
                      connection -> {
                        insert(connection, table);
                        throw new IllegalStateException("no", new ArithmeticException("deeper"));
                      }))
          .isExactlyInstanceOf(IllegalStateException.class)
          .hasMessage("no")
          .hasCauseExactlyInstanceOf(ArithmeticException.class)
          .hasRootCauseMessage("deeper");
      assertThat(rows(table)).isZero();
    }

    @Test
    void rollsBackAnActionWhoseFutureThenFailsWithTheException() throws Exception {
      String table = table();

      CompletableFuture<Void> future =
          client.runAsync(
              connection -> {
                insert(connection, table);
                throw new SQLException("no", "P0001");
              });

      assertThatThrownBy(() -> future.get(30, TimeUnit.SECONDS))
          .isExactlyInstanceOf(ExecutionException.class)
          .cause()
          .isExactlyInstanceOf(SQLException.class)
          .hasMessage("no");
      assertThat(rows(table)).isZero();
    }

    @Test
    void rollsBackOnAnErrorAndKeepsTheWorker() throws Exception {
      String table = table();
      long worker = worker();

      assertThatThrownBy(
              () ->
                  client.run(
                      connection -> {
                        insert(connection, table);
                        throw new AssertionError("cannot be");
                      }))
          .isExactlyInstanceOf(AssertionError.class)
          .hasMessage("cannot be");
      assertThat(rows(table)).isZero();
      assertThat(worker()).isEqualTo(worker);
    }

    @Test
    void rollsBackOnAStackOverflowAndReplacesTheWorker() throws Exception {
      String table = table();
      long worker = worker();

      assertThatThrownBy(
              () ->
                  client.run(
                      connection -> {
                        insert(connection, table);
                        recurse(1);
                      }))
          .isInstanceOf(StackOverflowError.class);
      assertThat(rows(table)).isZero();
      assertThat(worker()).isNotEqualTo(worker);
    }

    @Test
    void rollsBackOnAConstraintViolationWhichStaysASqlException() throws Exception {
      String table = table();

      assertThatThrownBy(
              () ->
                  client.run(
                      connection -> {
                        insert(connection, table);
                        insert(connection, table);
                      }))
          .isInstanceOfSatisfying(
              SQLException.class,
              thrown -> {
                assertThat(thrown.getSQLState()).startsWith("23");
                assertThat(thrown.getErrorCode()).isEqualTo(vendorCodeOfADuplicateKey());
                assertThat(Outcome.of(thrown)).isEqualTo(Outcome.ROLLED_BACK);
              });
      assertThat(rows(table)).isZero();
    }

    private int vendorCodeOfADuplicateKey() {
      return switch (kind) {
        case POSTGRESQL -> 0;
        case MARIADB -> 1062;
        case H2 -> 23505;
      };
    }

    @Test
    void keepsTheCountsOfABatchThatFailed() throws Exception {
      String table = table();

      assertThatThrownBy(
              () ->
                  client.run(
                      connection -> {
                        try (Statement statement = connection.createStatement()) {
                          statement.addBatch("INSERT INTO " + table + " VALUES (1, 'one')");
                          statement.addBatch("INSERT INTO " + table + " VALUES (1, 'again')");
                          statement.executeBatch();
                        }
                      }))
          .isInstanceOfSatisfying(
              BatchUpdateException.class,
              thrown -> {
                assertThat(thrown.getSQLState()).startsWith("23");
                assertThat(thrown.getUpdateCounts()).isNotEmpty();
              });
      assertThat(rows(table)).isZero();
    }

    @Test
    void keepsTheChainOfASqlException() throws Exception {
      String table = table();

      assertThatThrownBy(
              () ->
                  client.run(
                      connection -> {
                        insert(connection, table);
                        SQLException first =
                            new SQLTransientException("first", "40001", 7, new Exception("root"));
                        first.setNextException(new SQLException("second", "23505", 8));
                        throw first;
                      }))
          .isInstanceOfSatisfying(
              SQLTransientException.class,
              first -> {
                assertThat(first.getSQLState()).isEqualTo("40001");
                assertThat(first.getErrorCode()).isEqualTo(7);
                assertThat((Throwable) first).hasRootCauseMessage("root");
                assertThat((Throwable) first.getNextException()).hasMessage("second");
                assertThat(first.getNextException().getSQLState()).isEqualTo("23505");
                assertThat(first.getNextException().getErrorCode()).isEqualTo(8);
              });
      assertThat(rows(table)).isZero();
    }

    @Test
    void completesTheFutureWithWhatTheTaskThrew() throws Exception {
      String table = table();

      CompletableFuture<String> future =
          client.submit(
              connection -> {
                insert(connection, table);
                throw new InsufficientFunds("teller-17", 42);
              });

      Throwable thrown = catchThrowable(() -> future.get(30, TimeUnit.SECONDS));
      assertThat(thrown)
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(InsufficientFunds.class);
      assertThat(Outcome.of(thrown)).isEqualTo(Outcome.ROLLED_BACK);
      assertThat(rows(table)).isZero();
    }

    @Test
    void showsTheStacksOfBothSides() {
      Throwable thrown = catchThrowable(this::callFromHere);

      StringWriter trace = new StringWriter();
      thrown.printStackTrace(new PrintWriter(trace));
      assertThat(trace.toString()).contains("failOverThere").contains("callFromHere");
    }

    private void callFromHere() {
      client.run(connection -> failOverThere());
    }

    @Test
    void startsTheNextTaskInAFreshTransaction() throws Exception {
      String table = table();
      assertThatThrownBy(
              () ->
                  client.run(
                      connection -> {
                        insert(connection, table);
                        throw new IllegalStateException("no");
                      }))
          .hasMessage("no");

      client.run(connection -> insert(connection, table));

      assertThat(rows(table)).isEqualTo(1);
    }
  }

  static void insert(Connection connection, String table) throws SQLException {
    Sql.run(connection, "INSERT INTO " + table + " VALUES (1, 'lost')");
  }

  static void failOverThere() {
    throw new IllegalStateException("over there");
  }

  static int recurse(int depth) {
    return depth == 0 ? 0 : recurse(depth + 1) + 1;
  }

  static final class InsufficientFunds extends Exception implements Serializable {
    private static final long serialVersionUID = 1L;
    final long missing;

    InsufficientFunds(String account, long missing) {
      super(account + " lacks " + missing);
      this.missing = missing;
    }
  }
}
