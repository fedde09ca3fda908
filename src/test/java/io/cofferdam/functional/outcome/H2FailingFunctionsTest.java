package io.cofferdam.functional.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.cofferdam.Outcome;
import io.cofferdam.TransactionAction;
import io.cofferdam.functional.OnOneDatabase;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A function of H2 throws what it likes, also what a deadlock would, and may have committed before.
 */
@Tag("any-jdk")
class H2FailingFunctionsTest extends OnOneDatabase {

  /** Throws an exception with a SQLState and a vendor code, after a commit if that is chosen. */
  private static final String FAIL =
      """
      CREATE ALIAS fail AS $$
      int fail(java.sql.Connection c, boolean commit, String state, int code) throws Exception {
        if (commit) {
          c.commit();
        }
        throw new java.sql.SQLException("a deadlock, it says", state, code);
      }
      $$
      """;

  private static final String COMMIT_IT =
      """
      CREATE ALIAS commit_it AS $$
      int end(java.sql.Connection c) throws Exception {
        c.commit();
        return 1;
      }
      $$
      """;

  private String table;
  private String insert;

  H2FailingFunctionsTest() {
    super(DatabaseKind.H2);
  }

  @BeforeAll
  void makeFunctions() throws SQLException {
    database.run(FAIL, COMMIT_IT);
  }

  @BeforeEach
  void makeTable() throws SQLException {
    table = table();
    insert = "INSERT INTO " + table + " VALUES (1, 'x')";
  }

  @ParameterizedTest
  @ValueSource(strings = {"'40001', 0", "'40001', 40001", "'40P01', 0"})
  void areUnknownIfTheyHaveCommitted(String deadlock) throws Exception {
    String inserting = insert;
    TransactionAction<SQLException> swallowing =
        connection -> {
          Sql.run(connection, inserting);
          try {
            Sql.run(connection, "SELECT fail(TRUE, " + deadlock + ")");
          } catch (SQLException swallowed) {
            assertThat(swallowed.getMessage()).contains("it says");
          }
        };

    Throwable told = catchThrowable(() -> client.run(swallowing));

    assertThat(Outcome.of(told)).isEqualTo(Outcome.UNKNOWN);
    assertThat(rows(table)).isOne();
  }

  @ParameterizedTest
  @ValueSource(strings = {"'40001', 0", "'40001', 40001"})
  void areNotTriedAgainIfTheyHaveCommitted(String deadlock) {
    Throwable told = failureOfTheOnlyAttempt(sql(insert, "SELECT fail(TRUE, " + deadlock + ")"));

    assertThat(told).isInstanceOf(SQLException.class).hasMessageContaining("it says");
    assertThat(Outcome.of(told)).isEqualTo(Outcome.UNKNOWN);
  }

  @Test
  void areRolledBackIfTheTransactionIsWhole() throws Exception {
    Throwable told =
        catchThrowable(() -> client.run(sql(insert, "SELECT fail(FALSE, '40001', 0)")));

    assertThat(Outcome.of(told)).isEqualTo(Outcome.ROLLED_BACK);
    assertThat(rows(table)).isZero();
  }

  @Test
  void areUnknownIfTheyHaveCommittedBeforeTheDatabaseEndsTheTransaction() throws Exception {
    String name = table;
    database.run("INSERT INTO " + name + " SELECT X, 'x' FROM SYSTEM_RANGE(2, 20)");
    TestDatabase beside = database;

    Throwable told =
        failureAfterACommit(connection -> H2Test.loseADeadlock(connection, beside, name));

    assertThat(Outcome.of(told)).isEqualTo(Outcome.UNKNOWN);
    assertThat(database.number("SELECT COUNT(*) FROM " + name + " WHERE id = 1")).isOne();
  }

  @Test
  void areUnknownIfTheyHaveCommittedBeforeTheConnectionIsLost() throws Exception {
    String inserting = insert;
    TestDatabase beside = database;
    String session = kind.sessionId();

    Throwable told =
        failureAfterACommit(
            connection -> {
              long id = Sql.number(connection, session);
              beside.run("CALL ABORT_SESSION(" + id + ")");
              Sql.run(connection, inserting);
            });

    assertThat(told).isInstanceOf(SQLException.class);
    assertThat(Outcome.of(told)).isEqualTo(Outcome.UNKNOWN);
    assertThat(rows(table)).isOne();
  }

  /** Returns how a task fails whose row was committed by a function. */
  private Throwable failureAfterACommit(TransactionAction<SQLException> rest) {
    TransactionAction<SQLException> committing = sql(insert, "SELECT commit_it()");
    return catchThrowable(
        () ->
            client.run(
                connection -> {
                  committing.run(connection);
                  rest.run(connection);
                }));
  }
}
