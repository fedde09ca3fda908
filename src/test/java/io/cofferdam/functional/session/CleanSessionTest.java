package io.cofferdam.functional.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cofferdam.functional.OnEveryDatabase;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * Whatever a task does to its session, the next task on the same worker finds it as new, and no
 * worker is lost by it.
 */
class CleanSessionTest extends OnEveryDatabase {

  private long worker;

  @BeforeEach
  void rememberTheWorker() {
    worker = worker();
  }

  @AfterEach
  void isStillTheSameWorker() {
    assertThat(worker()).isEqualTo(worker);
  }

  @Nested
  class NoTraceIsLeftOf {

    @Test
    void whatTheTaskSetForItsThreadAndItsJvm() {
      String before = client.execute(connection -> surroundings());

      client.run(
          connection -> {
            Thread.currentThread().setName("mine");
            Thread.currentThread().setContextClassLoader(null);
            TimeZone.setDefault(TimeZone.getTimeZone("Asia/Tokyo"));
            Locale.setDefault(Locale.JAPAN);
          });

      String after = client.execute(connection -> surroundings());
      assertThat(after).isEqualTo(before);
    }

    @Test
    void whatAClassOfTheTaskSetsWhileTheTaskIsRead() {
      String before = client.execute(connection -> surroundings());
      SetsWhenRead captured = new SetsWhenRead();

      assertThat(client.<Boolean, RuntimeException>execute(connection -> captured != null))
          .isTrue();

      String after = client.execute(connection -> surroundings());
      assertThat(after).isEqualTo(before);
    }

    @Test
    void theIsolationLevelOfTheSession() throws Exception {
      client.run(
          sql(
              switch (kind) {
                case POSTGRESQL, H2 ->
                    "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE";
                case MARIADB -> "SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE";
              }));

      String level =
          client.execute(
              textOf(
                  switch (kind) {
                    case POSTGRESQL -> "SHOW transaction_isolation";
                    case MARIADB -> "SELECT LOWER(REPLACE(@@transaction_isolation, '-', ' '))";
                    case H2 ->
                        "SELECT LOWER(ISOLATION_LEVEL) FROM INFORMATION_SCHEMA.SESSIONS"
                            + " WHERE SESSION_ID = SESSION_ID()";
                  }));
      assertThat(level)
          .isEqualTo(kind == DatabaseKind.MARIADB ? "repeatable read" : "read committed");
    }

    @Test
    void aReadOnlySession() throws Exception {
      String table = table();
      if (kind == DatabaseKind.H2) {
        client.run(connection -> connection.setReadOnly(true));
      } else {
        client.run(
            sql(
                kind == DatabaseKind.POSTGRESQL
                    ? "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"
                    : "SET SESSION TRANSACTION READ ONLY"));
      }

      client.run(sql("INSERT INTO " + table + " VALUES (1, 'written')"));

      assertThat(rows(table)).isEqualTo(1);
    }

    @Test
    void aChangeOfAutocommitThatJdbcRefused() throws Exception {
      client.run(
          connection -> {
            try {
              connection.setAutoCommit(true);
            } catch (SQLException refused) {
              assertThat(connection.getAutoCommit()).isFalse();
            }
          });

      assertThat(client.execute(Connection::getAutoCommit).booleanValue()).isFalse();
    }

    @Test
    void theCurrentSchema() throws Exception {
      String elsewhere = schemaOfItsOwn();
      String query =
          switch (kind) {
            case POSTGRESQL -> "SELECT current_schema()";
            case MARIADB -> "SELECT DATABASE()";
            case H2 -> "SELECT CURRENT_SCHEMA";
          };
      String before = client.execute(textOf(query));

      client.run(
          sql(
              switch (kind) {
                case POSTGRESQL -> "SET search_path TO " + elsewhere;
                case MARIADB -> "USE " + elsewhere;
                case H2 -> "SET SCHEMA " + elsewhere;
              }));

      String after = client.execute(textOf(query));
      assertThat(after).isEqualTo(before).isNotEqualToIgnoringCase(elsewhere);
    }

    @Test
    void theSchemaSetThroughJdbc() throws Exception {
      String elsewhere = schemaOfItsOwn();
      String table = table();
      boolean catalogs = kind == DatabaseKind.MARIADB;

      client.run(
          connection -> {
            if (catalogs) {
              connection.setCatalog(elsewhere);
            } else {
              connection.setSchema(elsewhere);
            }
          });

      client.run(sql("INSERT INTO " + table + " VALUES (1, 'found')"));
      assertThat(rows(table)).isEqualTo(1);
    }

    private String schemaOfItsOwn() throws SQLException {
      if (kind == DatabaseKind.MARIADB) {
        String name = database.name() + "_elsewhere";
        database.run("CREATE DATABASE IF NOT EXISTS " + name);
        return name;
      }
      String name = kind == DatabaseKind.H2 ? "ELSEWHERE" : "elsewhere";
      database.run("CREATE SCHEMA IF NOT EXISTS " + name);
      return name;
    }

    @Test
    void aTemporaryTable() throws Exception {
      List<String> create =
          List.of(
              switch (kind) {
                case POSTGRESQL -> "CREATE TEMPORARY TABLE leftover (id INT)";
                case MARIADB -> "CREATE TEMPORARY TABLE leftover (id INT)";
                case H2 -> "CREATE LOCAL TEMPORARY TABLE leftover (id INT)";
              });
      client.run(sql(create.get(0), "INSERT INTO leftover VALUES (1)"));

      long rows =
          client.execute(
              connection -> {
                Sql.run(connection, create.get(0));
                return Sql.number(connection, "SELECT COUNT(*) FROM leftover");
              });

      assertThat(rows).isZero();
    }

    @Test
    void aSessionVariable() throws Exception {
      switch (kind) {
        case POSTGRESQL -> client.run(sql("SET work_mem = '1234kB'", "SET my.name = 'me'"));
        case MARIADB -> client.run(sql("SET SESSION lock_wait_timeout = 7", "SET @me = 1"));
        case H2 -> client.run(sql("SET LOCK_TIMEOUT 7", "SET @ME = 1"));
      }

      String leftover =
          client.execute(
              textOf(
                  switch (kind) {
                    case POSTGRESQL ->
                        "SELECT NULLIF(CONCAT(current_setting('my.name', true),"
                            + " NULLIF(current_setting('work_mem'), '4MB')), '')";
                    case MARIADB -> "SELECT IF(@@lock_wait_timeout = 7, 'timeout', @me)";
                    case H2 ->
                        "SELECT CASE WHEN LOCK_TIMEOUT() = 7 THEN 'timeout'"
                            + " ELSE CAST(@ME AS VARCHAR) END";
                  }));
      assertThat(leftover).isNull();
    }

    @Test
    void aResultSetThatWasNotReadToItsEnd() throws Exception {
      String table = table();
      String fill = insertNumbers(table, 10_000);
      client.run(sql(fill));

      int first =
          client.execute(
              connection -> {
                Statement statement = connection.createStatement();
                statement.setFetchSize(10);
                ResultSet rows = statement.executeQuery("SELECT id FROM " + table);
                rows.next();
                return rows.getInt(1);
              });
      long count =
          client.execute(connection -> Sql.number(connection, "SELECT COUNT(*) FROM " + table));

      assertThat(first).isPositive();
      assertThat(count).isEqualTo(10_000);
    }

    private String insertNumbers(String table, int count) {
      return "INSERT INTO "
          + table
          + switch (kind) {
            case POSTGRESQL -> " SELECT i, 'x' FROM generate_series(1, " + count + ") AS s(i)";
            case MARIADB -> " SELECT seq, 'x' FROM seq_1_to_" + count;
            case H2 -> " SELECT X, 'x' FROM SYSTEM_RANGE(1, " + count + ")";
          };
    }

    @Test
    void aStatementThatWasNotClosed() throws Exception {
      String table = table();

      client.run(
          connection -> {
            for (int id = 1; id <= 50; id++) {
              connection
                  .prepareStatement("INSERT INTO " + table + " VALUES (" + id + ", 'x')")
                  .executeUpdate();
            }
          });

      assertThat(rows(table)).isEqualTo(50);
    }

    @Test
    void aSavepoint() throws Exception {
      String table = table();

      client.run(
          connection -> {
            connection.setSavepoint("mine");
            Sql.run(connection, "INSERT INTO " + table + " VALUES (1, 'x')");
          });
      client.run(
          connection -> {
            connection.setSavepoint("mine");
            Sql.run(connection, "INSERT INTO " + table + " VALUES (2, 'x')");
          });

      assertThat(rows(table)).isEqualTo(2);
    }
  }

  @Nested
  class OnTheServer {

    @Test
    void noTransactionStaysOpen() throws Exception {
      String table = table();
      client.run(sql("INSERT INTO " + table + " VALUES (1, 'x')"));

      // Waits for every transaction that has touched the table.
      database.run("DROP TABLE " + table);
    }

    @Test
    void noAdvisoryLockStaysHeld() throws Exception {
      switch (kind) {
        case POSTGRESQL -> {
          client.run(sql("SELECT pg_advisory_lock(4711)"));
          await()
              .atMost(PATIENCE)
              .untilAsserted(
                  () ->
                      assertThat(database.text("SELECT pg_try_advisory_lock(4711)"))
                          .isEqualTo("t"));
        }
        case MARIADB -> {
          client.run(sql("SELECT GET_LOCK('mine', 0)"));
          await()
              .atMost(PATIENCE)
              .untilAsserted(
                  () -> assertThat(database.number("SELECT IS_FREE_LOCK('mine')")).isOne());
        }
        case H2 -> {
          String table = table();
          client.run(sql("SELECT * FROM " + table + " FOR UPDATE"));
          database.run("DROP TABLE " + table);
        }
      }
    }
  }

  /** Has a say before the task that has captured it. */
  static final class SetsWhenRead implements Serializable {

    private static final long serialVersionUID = 1L;

    private Object readResolve() {
      Thread.currentThread().setName("mine");
      Thread.currentThread().interrupt();
      TimeZone.setDefault(TimeZone.getTimeZone("Asia/Tokyo"));
      Locale.setDefault(Locale.JAPAN);
      return this;
    }
  }

  static String surroundings() {
    return Thread.currentThread().getName()
        + " "
        + Thread.currentThread().getContextClassLoader()
        + " "
        + TimeZone.getDefault().getID()
        + " "
        + Locale.getDefault()
        + " "
        + Locale.getDefault(Locale.Category.FORMAT);
  }
}
