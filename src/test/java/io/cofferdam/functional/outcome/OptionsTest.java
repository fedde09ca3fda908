package io.cofferdam.functional.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cofferdam.IsolationLevel;
import io.cofferdam.Outcome;
import io.cofferdam.TransactionOptions;
import io.cofferdam.functional.OnEveryDatabase;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Options reach the database, and end with their transaction. */
@Tag("any-jdk")
class OptionsTest extends OnEveryDatabase {

  @Nested
  class TheIsolationLevel {

    @Test
    void readCommittedSeesWhatOthersCommitMeanwhile() throws Exception {
      assertThat(rowsThatAppear(TransactionOptions.defaults(), IsolationLevel.READ_COMMITTED))
          .isEqualTo(1);
    }

    @Test
    void repeatableReadDoesNot() throws Exception {
      assertThat(rowsThatAppear(TransactionOptions.defaults(), IsolationLevel.REPEATABLE_READ))
          .isZero();
    }

    @ParameterizedTest
    @EnumSource
    void isTheOneThatWasAskedFor(IsolationLevel level) throws Exception {
      int actual =
          client.execute(
              TransactionOptions.defaults().isolation(level), Connection::getTransactionIsolation);

      assertThat(actual).isEqualTo(level.jdbcValue());
    }

    @ParameterizedTest
    @EnumSource
    void isTheDatabasesDefaultAgainForTheNextTask(IsolationLevel level) throws Exception {
      client.run(
          TransactionOptions.defaults().isolation(level), connection -> one(connection, "1"));

      assertThat(client.execute(Connection::getTransactionIsolation).intValue())
          .isEqualTo(kind.defaultIsolation());
      assertThat(rowsThatAppear(TransactionOptions.defaults(), null))
          .isEqualTo(kind.defaultIsolation() == Connection.TRANSACTION_READ_COMMITTED ? 1 : 0);
    }

    @Test
    void isTheDatabasesDefaultAgainAfterATaskThatFailed() throws Exception {
      assertThatThrownBy(
              () ->
                  client.run(
                      TransactionOptions.defaults().isolation(IsolationLevel.SERIALIZABLE),
                      connection -> {
                        throw new IllegalStateException("no");
                      }))
          .hasMessage("no");

      assertThat(client.execute(Connection::getTransactionIsolation).intValue())
          .isEqualTo(kind.defaultIsolation());
    }

    /** Counts what a second look shows of a row that another session committed in between. */
    private long rowsThatAppear(TransactionOptions options, IsolationLevel level) throws Exception {
      String table = table();
      TestDatabase other = database;
      return client.execute(
          level == null ? options : options.isolation(level),
          connection -> {
            long before = Sql.number(connection, "SELECT COUNT(*) FROM " + table);
            other.run("INSERT INTO " + table + " VALUES (1, 'by another')");
            return Sql.number(connection, "SELECT COUNT(*) FROM " + table) - before;
          });
    }
  }

  @Nested
  class ReadOnly {

    @Test
    void letsATaskRead() throws Exception {
      String table = table();
      database.run("INSERT INTO " + table + " VALUES (1, 'one')");

      long rows =
          client.execute(
              TransactionOptions.defaults().readOnly(),
              connection -> Sql.number(connection, "SELECT COUNT(*) FROM " + table));

      assertThat(rows).isEqualTo(1);
    }

    @Test
    void refusesWritesWhereTheDatabaseKnowsHowTo() throws Exception {
      String table = table();
      String insert = "INSERT INTO " + table + " VALUES (1, 'one')";
      TransactionOptions readOnly = TransactionOptions.defaults().readOnly();

      if (kind == DatabaseKind.H2) {
        client.run(readOnly, connection -> Sql.run(connection, insert));
      } else {
        assertThatThrownBy(() -> client.run(readOnly, connection -> Sql.run(connection, insert)))
            .isInstanceOfSatisfying(
                SQLException.class,
                thrown -> {
                  assertThat(thrown.getSQLState()).isEqualTo("25006");
                  assertThat(Outcome.of(thrown)).isEqualTo(Outcome.ROLLED_BACK);
                });
        assertThat(rows(table)).isZero();
      }
    }

    @Test
    void endsWithItsTransaction() throws Exception {
      String table = table();
      client.run(
          TransactionOptions.defaults().readOnly(),
          connection -> Sql.number(connection, "SELECT COUNT(*) FROM " + table));

      boolean readOnly =
          client.execute(
              connection -> {
                Sql.run(connection, "INSERT INTO " + table + " VALUES (1, 'one')");
                return connection.isReadOnly();
              });

      assertThat(readOnly).isFalse();
      assertThat(rows(table)).isEqualTo(1);
    }

    @Test
    void goesTogetherWithAnIsolationLevel() throws Exception {
      int level =
          client.execute(
              TransactionOptions.defaults().readOnly().isolation(IsolationLevel.SERIALIZABLE),
              Connection::getTransactionIsolation);

      assertThat(level).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
    }
  }

  static void one(Connection connection, String expression) throws SQLException {
    Sql.text(connection, "SELECT " + expression);
  }
}
