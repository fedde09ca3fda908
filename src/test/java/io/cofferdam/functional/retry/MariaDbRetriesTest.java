package io.cofferdam.functional.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.cofferdam.Outcome;
import io.cofferdam.RetryPolicy;
import io.cofferdam.TransactionAction;
import io.cofferdam.TransactionOptions;
import io.cofferdam.functional.OnOneDatabase;
import io.cofferdam.testing.Attempts;
import io.cofferdam.testing.MariaDbLocks;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Retries where the database ends transactions behind one's back. */
@Tag("any-jdk")
class MariaDbRetriesTest extends OnOneDatabase {

  private static final TransactionOptions RETRY =
      TransactionOptions.defaults().retry(RetryPolicy.attempts(3));

  private Attempts attempts;

  MariaDbRetriesTest() {
    super(DatabaseKind.MARIADB);
  }

  @BeforeEach
  void look() {
    attempts = Attempts.none();
  }

  @AfterEach
  void forget() {
    attempts.close();
  }

  @Nested
  class ADeadlockThatTheTaskSwallowed {

    @Test
    void isRetriedAsTheCommitIsRefused() throws Exception {
      String table = table();
      MariaDbLocks.fill(database, table);
      TestDatabase beside = database;
      Attempts counted = attempts;

      client.run(
          RETRY,
          connection -> {
            if (counted.begin() == 1) {
              MariaDbLocks.loseADeadlock(connection, beside, table);
            }
            Sql.run(connection, "UPDATE " + table + " SET note = 'done' WHERE id = 6");
          });

      assertThat(attempts.count()).isEqualTo(2);
      assertThat(MariaDbLocks.touched(database, table)).isEqualTo(1);
    }
  }

  @Nested
  class AfterAStatementThatCommitsByItself {

    @Test
    void aDeadlockIsUnknownAndNotRetried() throws Exception {
      assertUnknownAfterOneAttempt(
          connection -> {
            throw new SQLException("deadlock", "40001", 1213);
          });
    }

    @Test
    void aCrashIsUnknownAndNotRetried() throws Exception {
      assertUnknownAfterOneAttempt(connection -> Runtime.getRuntime().halt(1));
    }

    private void assertUnknownAfterOneAttempt(TransactionAction<SQLException> end)
        throws SQLException {
      String table = table();
      Attempts counted = attempts;

      Throwable thrown =
          catchThrowable(
              () ->
                  client.run(
                      RETRY,
                      connection -> {
                        counted.begin();
                        Sql.run(
                            connection,
                            "INSERT INTO " + table + " VALUES (" + counted.count() + ", 'x')",
                            "ALTER TABLE " + table + " ADD COLUMN more INT");
                        end.run(connection);
                      }));

      assertThat(Outcome.of(thrown)).isEqualTo(Outcome.UNKNOWN);
      assertThat(attempts.count()).isEqualTo(1);
      assertThat(rows(table)).isEqualTo(1);
    }
  }
}
