package io.cofferdam.functional.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cofferdam.OutcomeTracking;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.functional.OnOneDatabase;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import java.io.IOException;
import java.io.Serializable;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/** Transaction control is found where the driver removes what hides it, or the server does. */
@Tag("any-jdk")
class PostgresHiddenControlTest extends OnOneDatabase {

  private static final String REFUSED = "2D000";

  PostgresHiddenControlTest() {
    super(DatabaseKind.POSTGRESQL);
  }

  /** A way to send a text. */
  @FunctionalInterface
  interface Sending extends Serializable {
    void send(Connection connection, String sql) throws SQLException;
  }

  @SuppressWarnings("ImmutableEnumChecker")
  enum Way {
    STATEMENT(Sql::run),
    WITHOUT_ESCAPE_PROCESSING(
        (connection, sql) -> {
          try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
          }
        }),
    BATCH(
        (connection, sql) -> {
          try (Statement statement = connection.createStatement()) {
            statement.addBatch(sql);
            statement.executeBatch();
          }
        }),
    PREPARED(
        (connection, sql) -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.execute();
          }
        }),
    CALL(
        (connection, sql) -> {
          try (PreparedStatement statement = connection.prepareCall(sql)) {
            statement.execute();
          }
        }),
    RETURNING(
        (connection, sql) -> {
          try (Statement statement = connection.createStatement()) {
            statement.execute(sql, new String[] {"id"});
          }
        }),
    COPY(
        (connection, sql) -> {
          try {
            connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql, new StringReader(""));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });

    private final Sending sending;

    Way(Sending sending) {
      this.sending = sending;
    }
  }

  /**
   * Inserts a row, tries to end the transaction and fails: the attempt must be refused, and the row
   * must be gone.
   */
  private void assertRefused(TransactionClient client, Sending sending, String sql)
      throws SQLException {
    String table = table();
    assertThatThrownBy(
            () ->
                client.run(
                    connection -> {
                      Sql.run(connection, "INSERT INTO " + table + " VALUES (1, '')");
                      sending.send(connection, sql);
                      throw new IllegalStateException("was not refused");
                    }))
        .as(sql)
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(REFUSED));
    assertThat(rows(table)).isZero();
  }

  private void assertRefused(UnaryOperator<TransactionExecutorBuilder> options, String sql)
      throws SQLException {
    try (TransactionExecutor other =
            options.apply(TestExecutors.on(database).workers(1).warmSpares(0)).build();
        TransactionClient its = other.client("its")) {
      assertRefused(its, Sql::run, sql);
    }
  }

  @ParameterizedTest
  @EnumSource
  void insideAnEscapeThatTheDriverRemoves(Way way) throws Exception {
    for (String sql : new String[] {"{oj COMMIT}", "{oj ROLLBACK}", "/**/{OJ -- x\n COMMIT}"}) {
      assertRefused(client, (connection, text) -> way.sending.send(connection, text), sql);
    }
  }

  @Test
  void whereRemovingABraceEndsAString() throws Exception {
    assertRefused(client, Sql::run, "SELECT {oj E'\\}\\'; COMMIT --'}");
  }

  @ParameterizedTest
  @EnumSource
  void afterANameWithASoftHyphen(Way way) throws Exception {
    assertRefused(
        client,
        (connection, text) -> way.sending.send(connection, text),
        "SELECT 1 AS a\u00ad$$; COMMIT; SELECT 1 AS b\u00ad$$");
  }

  @Nested
  class WhereTheDriverSendsTheTextAsItIs {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "COPY t FROM STDIN (DELIMITER E'a'\n'b\\''); COMMIT; --')",
          "COPY t FROM STDIN; COMMIT",
          "COPY t FROM STDIN; CREATE TABLE further(id int)"
        })
    void aCopyIsOneStatement(String sql) throws Exception {
      assertRefused(client, (connection, text) -> Way.COPY.sending.send(connection, text), sql);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "SELECT E'a'\n'b\\''; COMMIT; --'",
          "SELECT E'a' -- goes on\n'b\\''; ROLLBACK; --'",
          "SELECT 1 AS a\u00a0$$; COMMIT; SELECT 1 AS b\u00a0$$",
          "SELECT 1 -- x\r; COMMIT",
          "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 AS case; END; COMMIT"
        })
    void itIsReadAsTheServerDoes(String sql) throws Exception {
      assertRefused(builder -> builder.connectionProperty("preferQueryMode", "simple"), sql);
    }

    @Test
    void semicolonsAreLeftOutOfATextThatReturnsColumns() throws Exception {
      try (TransactionExecutor simple =
              TestExecutors.on(database)
                  .connectionProperty("preferQueryMode", "simple")
                  .workers(1)
                  .warmSpares(0)
                  .build();
          TransactionClient its = simple.client("its")) {
        assertRefused(
            its, (connection, text) -> Way.RETURNING.sending.send(connection, text), "ABO;RT");
      }
    }

    @Test
    void aPreparedTextIsReadWithTheSettingOfItsExecution() throws Exception {
      try (TransactionExecutor simple =
              TestExecutors.on(database)
                  .connectionProperty("preferQueryMode", "simple")
                  .workers(1)
                  .warmSpares(0)
                  .build();
          TransactionClient its = simple.client("its")) {
        assertRefused(
            its,
            (connection, text) -> {
              try (PreparedStatement statement = connection.prepareStatement(text)) {
                Sql.run(connection, "SET standard_conforming_strings = off");
                statement.execute();
              }
            },
            "SELECT 'x\\'' ; COMMIT; --'");
      }
    }
  }

  @Nested
  class WhereABackslashEscapes {

    private static final String HIDDEN = "SELECT 'x\\'' ; COMMIT; --'";

    @ParameterizedTest
    @ValueSource(
        strings = {
          "SET standard_conforming_strings = off",
          "SET LOCAL standard_conforming_strings = off",
          "SELECT set_config('standard_conforming_strings', 'off', false)",
          "DO $$ BEGIN PERFORM set_config('standard_conforming_strings', 'off', false); END $$"
        })
    void becauseTheTaskHasSetIt(String setting) throws Exception {
      assertRefused(
          client,
          (connection, text) -> {
            Sql.run(connection, setting);
            Sql.run(connection, text);
          },
          HIDDEN);
    }

    @Test
    void becauseTheOptionsOfTheConnectionSayIt() throws Exception {
      assertRefused(
          builder -> builder.connectionProperty("options", "-c standard_conforming_strings=off"),
          HIDDEN);
    }

    @Test
    void aQuoteInAStringIsData() throws Exception {
      String table = table();

      client.run(
          sql(
              "SET standard_conforming_strings = off",
              "SET escape_string_warning = off",
              "INSERT INTO " + table + " VALUES (1, 'It\\'s done; commit later')"));

      assertThat(database.text("SELECT note FROM " + table)).isEqualTo("It's done; commit later");
    }
  }

  @Test
  void theNameOfTheLedgerIsNoTemporaryTables() throws Exception {
    try (TransactionExecutor tracked =
            TestExecutors.on(database)
                .outcomeTracking(OutcomeTracking.LEDGER)
                .workers(1)
                .warmSpares(0)
                .build();
        TransactionClient its = tracked.client("its")) {
      assertRefused(its, Sql::run, "CREATE TEMP TABLE \"cofferdam_outcome\"(id int)");
      assertRefused(its, Sql::run, "SELECT 1 AS id INTO TEMPORARY cofferdam_outcome");
    }
  }
}
