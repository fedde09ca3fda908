package io.cofferdam.functional.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.cofferdam.CommitFailedException;
import io.cofferdam.IsolationLevel;
import io.cofferdam.Outcome;
import io.cofferdam.OutcomeTracking;
import io.cofferdam.RetryPolicy;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionOptions;
import io.cofferdam.testing.Attempts;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * postgres_fdw commits on the foreign servers first: a commit that fails then is one in part, and
 * must not be told as a rollback.
 */
@Tag("any-jdk")
@Tag("process")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
class ForeignTablesTest {

  private static final TransactionOptions SERIALIZABLE =
      TransactionOptions.defaults()
          .isolation(IsolationLevel.SERIALIZABLE)
          .retry(RetryPolicy.attempts(3));

  private TestDatabase database;
  private TestDatabase foreign;

  @BeforeAll
  void link() throws SQLException {
    database = Databases.fresh(DatabaseKind.POSTGRESQL);
    foreign = Databases.fresh(DatabaseKind.POSTGRESQL);
    foreign.run("CREATE TABLE far (id INT)");
    database.run(
        "CREATE TABLE accounts (id INT PRIMARY KEY, balance INT)",
        "INSERT INTO accounts VALUES (1, 0), (2, 0)");
    try (Connection admin = Databases.shared(DatabaseKind.POSTGRESQL).admin(database)) {
      Sql.run(
          admin,
          "CREATE EXTENSION postgres_fdw",
          "CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '"
              + Sql.text(admin, "SHOW port")
              + "', dbname '"
              + foreign.name()
              + "')",
          "CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (user '"
              + foreign.username()
              + "', password '"
              + foreign.password()
              + "')",
          "CREATE FOREIGN TABLE near (id INT) SERVER far OPTIONS (table_name 'far')",
          "GRANT ALL ON near TO PUBLIC");
    }
  }

  private static void skew(Connection connection, int id) throws SQLException {
    Sql.run(
        connection,
        "SELECT SUM(balance) FROM accounts",
        "UPDATE accounts SET balance = balance + 1 WHERE id = " + id);
  }

  /** With a ledger the insertion of its row fails first, which is a statement before the commit. */
  @ParameterizedTest
  @EnumSource(names = {"TRANSACTION_ID", "NONE"})
  void makeACommitThatFailsUnknown(OutcomeTracking tracking) throws Exception {
    foreign.run("DELETE FROM far");
    TestDatabase beside = database;
    try (TransactionExecutor executor =
            TestExecutors.on(database).workers(1).warmSpares(0).outcomeTracking(tracking).build();
        TransactionClient client = executor.client("linking");
        Attempts attempts = Attempts.none()) {
      Throwable told =
          catchThrowable(
              () ->
                  client.run(
                      SERIALIZABLE,
                      connection -> {
                        attempts.begin();
                        skew(connection, 1);
                        Sql.run(connection, "INSERT INTO near VALUES (1)");
                        try (Connection other = beside.connect()) {
                          other.setAutoCommit(false);
                          other.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
                          skew(other, 2);
                          other.commit();
                        }
                      }));

      assertThat(told)
          .isInstanceOf(CommitFailedException.class)
          .hasMessageContaining("a foreign server may have committed");
      assertThat(Outcome.of(told)).isEqualTo(Outcome.UNKNOWN);
      assertThat(attempts.count()).isOne();
      assertThat(foreign.number("SELECT COUNT(*) FROM far")).isOne();
      assertThat(database.number("SELECT balance FROM accounts WHERE id = 1")).isZero();
    }
  }

  /** Before the commit, the foreign transaction goes with ours. */
  @ParameterizedTest
  @EnumSource
  void makeNoDifferenceToARollback(OutcomeTracking tracking) throws Exception {
    foreign.run("DELETE FROM far");
    try (TransactionExecutor executor =
            TestExecutors.on(database).workers(1).warmSpares(0).outcomeTracking(tracking).build();
        TransactionClient client = executor.client("linking")) {
      Throwable told =
          catchThrowable(
              () ->
                  client.run(
                      connection -> {
                        Sql.run(connection, "INSERT INTO near VALUES (1)");
                        throw new IllegalStateException("on purpose");
                      }));

      assertThat(Outcome.of(told)).isEqualTo(Outcome.ROLLED_BACK);
      assertThat(foreign.number("SELECT COUNT(*) FROM far")).isZero();
    }
  }
}
