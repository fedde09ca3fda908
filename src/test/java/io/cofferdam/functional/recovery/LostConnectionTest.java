package io.cofferdam.functional.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.cofferdam.Outcome;
import io.cofferdam.TransactionException;
import io.cofferdam.functional.OnEveryDatabase;
import io.cofferdam.testing.CutOff;
import io.cofferdam.testkit.database.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A session that the server ends costs at most the transaction that was in it. */
@Tag("any-jdk")
class LostConnectionTest extends OnEveryDatabase {

  @Nested
  class InsideATask {

    @Test
    void comesOutAsTheSqlExceptionOfTheNextStatement() throws Exception {
      String table = table();
      String insert = "INSERT INTO " + table + " VALUES (1, 'x')";
      CutOff cutOff = new CutOff(database);

      assertThatThrownBy(
              () ->
                  client.run(
                      connection -> {
                        Sql.run(connection, insert);
                        cutOff.session(connection);
                        Sql.run(connection, "SELECT 1");
                      }))
          .isInstanceOf(SQLException.class)
          .satisfies(thrown -> assertThat(Outcome.of(thrown)).isEqualTo(Outcome.ROLLED_BACK));

      assertThat(rows(table)).isZero();
    }

    @Test
    void isNeverReplacedWithinTheTransaction() throws Exception {
      String table = table();
      String first = "INSERT INTO " + table + " VALUES (1, 'x')";
      String second = "INSERT INTO " + table + " VALUES (2, 'x')";
      CutOff cutOff = new CutOff(database);

      Throwable thrown =
          catchThrowable(
              () ->
                  client.run(
                      connection -> {
                        Sql.run(connection, first);
                        cutOff.session(connection);
                        for (int attempt = 0; attempt < 3; attempt++) {
                          try {
                            Sql.run(connection, second);
                          } catch (SQLException swallowed) {
                            Thread.onSpinWait();
                          }
                        }
                      }));

      assertThat(thrown).isInstanceOf(TransactionException.class);
      assertThat(Outcome.of(thrown)).isNotEqualTo(Outcome.COMMITTED);
      assertThat(rows(table)).isZero();
    }

    @Test
    void isNeverASuccessIfTheTaskDoesNotNotice() throws Exception {
      String table = table();
      String insert = "INSERT INTO " + table + " VALUES (1, 'x')";
      CutOff cutOff = new CutOff(database);

      Throwable thrown =
          catchThrowable(
              () ->
                  client.run(
                      connection -> {
                        Sql.run(connection, insert);
                        cutOff.session(connection);
                      }));

      assertThat(thrown).isInstanceOf(TransactionException.class);
      assertThat(Outcome.of(thrown)).isNotEqualTo(Outcome.COMMITTED);
      assertThat(rows(table)).isZero();
    }

    @Test
    void leavesTheNextTasksAWorkingConnection() throws Exception {
      String table = table();
      CutOff cutOff = new CutOff(database);
      assertThatThrownBy(
              () ->
                  client.run(
                      connection -> {
                        cutOff.session(connection);
                        Sql.run(connection, "SELECT 1");
                      }))
          .isInstanceOf(SQLException.class);

      for (int id = 1; id <= 3; id++) {
        client.run(sql("INSERT INTO " + table + " VALUES (" + id + ", 'x')"));
      }

      assertThat(rows(table)).isEqualTo(3);
    }
  }

  @Nested
  class WhileTheWorkerIsIdle {

    /** A connection that was used within the last 500 ms is taken to be alive. */
    private static final Duration UNVALIDATED = Duration.ofMillis(500);

    @Test
    void isNotNoticedByTheNextTask() throws Exception {
      String table = table();
      long worker = worker();
      String query = kind.sessionId();
      long session = client.execute(connection -> Sql.number(connection, query));
      long answered = System.nanoTime();

      try (Connection admin = database.connect()) {
        Sql.run(admin, kind.endSession(session));
      }
      await().atMost(PATIENCE).until(() -> database.number(kind.sessionExists(session)) == 0);
      await()
          .atMost(PATIENCE)
          .until(() -> System.nanoTime() - answered > UNVALIDATED.plusMillis(200).toNanos());

      client.run(sql("INSERT INTO " + table + " VALUES (1, 'x')"));
      assertThat(rows(table)).isEqualTo(1);
      assertThat(worker()).isEqualTo(worker);
    }
  }
}
