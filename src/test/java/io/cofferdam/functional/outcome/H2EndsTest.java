package io.cofferdam.functional.outcome;

import static org.assertj.core.api.Assertions.assertThat;
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
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
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
 * Functions of H2 are Java code with the connection of the session, so they can end the transaction
 * in the middle of any statement. Such a transaction is UNKNOWN, never what it is not.
 */
@ParameterizedClass
@EnumSource(names = {"NONE", "LEDGER"})
@Tag("any-jdk")
class H2EndsTest extends WithOneWorker {

  /** Does with its connection what the test has chosen, and returns 1. */
  private static final String END_IT =
      """
      CREATE ALIAS end_it AS $$
      int end(java.sql.Connection c) throws Exception {
        String how = System.getProperty("end");
        switch (how) {
          case "commit": c.commit(); break;
          case "rollback": c.rollback(); break;
          case "autocommit": c.setAutoCommit(true); break;
          case "autocommit and back": c.setAutoCommit(true); c.setAutoCommit(false); break;
          case "isolation": c.setTransactionIsolation(8); break;
          case "savepoint":
            java.sql.Savepoint s = c.setSavepoint();
            c.createStatement().execute("INSERT INTO other VALUES (5)");
            c.rollback(s);
            break;
          default: c.createStatement().execute(how);
        }
        return 1;
      }
      $$
      """;

  private static final String ROWS_OF_IT =
      """
      CREATE ALIAS rows_of_it AS $$
      import org.h2.tools.SimpleResultSet;
      @CODE
      java.sql.ResultSet rows(java.sql.Connection c) throws Exception {
        SimpleResultSet rows = new SimpleResultSet();
        rows.addColumn("ID", java.sql.Types.INTEGER, 10, 0);
        if (!c.getMetaData().getURL().startsWith("jdbc:columnlist")) {
          c.createStatement().execute("SELECT end_it()");
          rows.addRow(1);
        }
        return rows;
      }
      $$
      """;

  private static final String TRIGGER =
      """
      CREATE TRIGGER IF NOT EXISTS fires BEFORE SELECT ON triggered AS $$
      org.h2.api.Trigger create() {
        return new org.h2.api.Trigger() {
          public void fire(java.sql.Connection c, Object[] o, Object[] n)
              throws java.sql.SQLException {
            c.createStatement().execute("SELECT end_it()");
          }
        };
      }
      $$
      """;

  /** What the function can do to end the transaction. */
  static final List<String> ENDS =
      List.of(
          "commit",
          "rollback",
          "autocommit",
          "autocommit and back",
          "isolation",
          "COMMIT; SET AUTOCOMMIT FALSE",
          "ROLLBACK; SAVEPOINT cofferdam",
          "CREATE TABLE IF NOT EXISTS made (id INT)");

  /** Where a task may call it, beside the places of which H2 makes calls. */
  static final List<String> PLACES =
      List.of(
          "SELECT end_it()",
          "VALUES end_it()",
          "INSERT INTO other VALUES (end_it())",
          "INSERT INTO other SELECT id FROM (SELECT end_it() AS id)",
          "UPDATE other SET id = end_it() WHERE id >= 0",
          "UPDATE other SET id = 1 WHERE id = id + end_it() - 1",
          "DELETE FROM other WHERE id + 7 = end_it()",
          "MERGE INTO keyed KEY (id) VALUES (end_it())",
          "INSERT INTO defaulted (id) VALUES (1)",
          "INSERT INTO checked VALUES (1)",
          "SELECT * FROM seen",
          "SELECT * FROM rows_of_it()",
          "WITH w AS (SELECT end_it() AS id) SELECT * FROM w",
          "EXPLAIN ANALYZE SELECT end_it()",
          "SELECT id FROM other ORDER BY end_it() + id",
          "SELECT 1; SELECT end_it()",
          "CALL end_it()");

  private String table;

  @Parameter OutcomeTracking tracking;

  @BeforeParameterizedClassInvocation
  final void openExecutor(OutcomeTracking parameter) throws SQLException {
    tracking = parameter;
    open(DatabaseKind.H2);
    makeFunctions(database);
    database.run(
        "CREATE TABLE other (id INT)",
        "INSERT INTO other VALUES 0",
        "CREATE TABLE keyed (id INT PRIMARY KEY)",
        "CREATE TABLE triggered (id INT)",
        "CREATE TABLE defaulted (id INT, note INT DEFAULT end_it())",
        "CREATE TABLE checked (id INT, CHECK (end_it() = id))",
        "CREATE VIEW seen AS SELECT end_it() AS id",
        ROWS_OF_IT);
  }

  @AfterParameterizedClassInvocation
  final void closeExecutor() {
    close();
  }

  @Override
  protected TransactionExecutorBuilder configure(TransactionExecutorBuilder builder) {
    return builder.outcomeTracking(tracking);
  }

  private static void makeFunctions(TestDatabase database) throws SQLException {
    database.run(
        "CREATE ALIAS choose AS 'void choose(String how) { System.setProperty(\"end\", how); }'",
        END_IT);
  }

  @BeforeEach
  void makeTable() throws SQLException {
    table = table();
  }

  private static void choose(TestDatabase database, String end) throws SQLException {
    database.run("CALL choose('" + end + "')");
  }

  static void insert(Connection connection, String table, int id) throws SQLException {
    Sql.run(connection, "INSERT INTO " + table + " VALUES (" + id + ", 'x')");
  }

  private static TransactionAction<SQLException> inserting(String table, String... between) {
    return connection -> {
      insert(connection, table, 1);
      Sql.run(connection, between);
      insert(connection, table, 2);
    };
  }

  private static <X extends Exception> TransactionAction<Exception> throwing(
      TransactionAction<X> task) {
    return connection -> {
      task.run(connection);
      throw new IllegalStateException("on purpose");
    };
  }

  private Throwable told(TransactionAction<?> task) {
    return catchThrowable(() -> client.run(task));
  }

  @ParameterizedTest
  @FieldSource("PLACES")
  void areUnknownWhereverItIsCalled(String place) throws Exception {
    for (String end : List.of("commit", "rollback")) {
      choose(database, end);

      assertThat(Outcome.of(told(inserting(table, place)))).as(end).isEqualTo(Outcome.UNKNOWN);
      database.run("TRUNCATE TABLE " + table);
      assertThat(Outcome.of(told(throwing(inserting(table, place)))))
          .as(end)
          .isEqualTo(Outcome.UNKNOWN);
      database.run("TRUNCATE TABLE " + table, "TRUNCATE TABLE keyed");
    }
  }

  @ParameterizedTest
  @FieldSource("ENDS")
  void areUnknownWhenTheTaskReturns(String end) throws Exception {
    choose(database, end);

    Throwable told = told(inserting(table, "SELECT end_it()"));

    assertThat(told).isInstanceOf(CommitFailedException.class).hasMessageContaining("was ended");
    assertThat(Outcome.of(told)).isEqualTo(Outcome.UNKNOWN);
  }

  @ParameterizedTest
  @FieldSource("ENDS")
  void areUnknownWhenTheTaskThrows(String end) throws Exception {
    choose(database, end);

    Throwable told = told(throwing(inserting(table, "INSERT INTO other VALUES (end_it())")));

    assertThat(told).isInstanceOf(IllegalStateException.class).hasMessage("on purpose");
    assertThat(told.getSuppressed()).hasOnlyElementsOfType(PartialCommitException.class);
    assertThat(Outcome.of(told)).isEqualTo(Outcome.UNKNOWN);
  }

  @Test
  void areSeenThroughATrigger() throws Exception {
    database.run(TRIGGER);
    choose(database, "commit");

    Throwable told = told(throwing(connection -> Sql.run(connection, "SELECT * FROM triggered")));

    assertThat(Outcome.of(told)).isEqualTo(Outcome.UNKNOWN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE IF NOT EXISTS made (id INT)",
        "CALL 1 + 1",
        "EXECUTE IMMEDIATE 'SELECT 1'",
        "SAVEPOINT s; ROLLBACK TO SAVEPOINT s"
      })
  void areNotHiddenByAStatementThatTakesTheMarkByRight(String statement) throws Exception {
    choose(database, "rollback");

    Throwable told = told(inserting(table, "SELECT end_it()", statement));

    assertThat(told).isInstanceOf(SQLException.class).hasMessageContaining("was ended");
    assertThat(Outcome.of(told)).isEqualTo(Outcome.UNKNOWN);
  }

  @Test
  void areNotTriedAgainAndCostTheSession() throws Exception {
    choose(database, "commit");
    String name = table;
    String session = client.execute(textOf(kind.sessionId()));

    Throwable told =
        failureOfTheOnlyAttempt(
            connection -> {
              insert(connection, name, 1);
              Sql.run(connection, "SELECT end_it()");
              throw new SQLException("a deadlock, it says", "40001");
            });

    assertThat(Outcome.of(told)).isEqualTo(Outcome.UNKNOWN);
    assertThat(client.execute(textOf(kind.sessionId()))).isNotEqualTo(session);
  }

  @ParameterizedTest
  @ValueSource(strings = {"commit", "rollback"})
  void areUnknownWhenTheWorkerDies(String end) throws Exception {
    choose(database, end);
    String name = table;

    Throwable told =
        toldOfADeath(
            database,
            connection -> {
              insert(connection, name, 1);
              Sql.run(connection, "SELECT end_it()");
            });

    assertThat(told).isInstanceOf(WorkerCrashedException.class);
    assertThat(Outcome.of(told)).isEqualTo(Outcome.UNKNOWN);
  }

  @Test
  void areUnknownWhenTheWorkerDiesIfThereIsATrigger() throws Exception {
    TestDatabase other = Databases.fresh(DatabaseKind.H2);
    other.run("CREATE TABLE triggered (id INT)", TRIGGER);

    Throwable told =
        toldOfADeath(other, connection -> Sql.run(connection, "INSERT INTO triggered VALUES (1)"));

    assertThat(Outcome.of(told)).isEqualTo(Outcome.UNKNOWN);
  }

  @Test
  void cannotBeIfTheDatabaseHasFunctionsOfTheJdkAlone() throws Exception {
    TestDatabase other = Databases.fresh(DatabaseKind.H2);
    other.run(
        "CREATE TABLE plain (id INT)", "CREATE ALIAS java_sqrt FOR 'java.lang.Math.sqrt(double)'");

    Throwable told =
        toldOfADeath(
            other,
            connection -> Sql.run(connection, "INSERT INTO plain VALUES (1)", "CALL java_sqrt(4)"));

    assertThat(Outcome.of(told)).isEqualTo(Outcome.ROLLED_BACK);
    assertThat(other.number("SELECT COUNT(*) FROM plain")).isZero();
  }

  private Throwable toldOfADeath(TestDatabase its, TransactionAction<SQLException> task) {
    try (TransactionExecutor crashing = configure(TestExecutors.on(its).workers(1)).build();
        TransactionClient crasher = crashing.client("crasher")) {
      return catchThrowable(
          () ->
              crasher.run(
                  connection -> {
                    task.run(connection);
                    Runtime.getRuntime().halt(99);
                  }));
    }
  }

  @ParameterizedTest
  @FieldSource("HARMLESS")
  void areNotSuspectedWhereThereIsNone(TransactionAction<SQLException> harmless) throws Exception {
    String name = table;
    choose(database, "SELECT 1");
    TransactionAction<SQLException> task =
        connection -> {
          harmless.run(connection);
          insert(connection, name, 1);
          harmless.run(connection);
        };

    assertThat(told(task)).isNull();
    assertThat(rows(table)).isOne();

    database.run("DELETE FROM " + table);
    assertThat(Outcome.of(told(throwing(task)))).isEqualTo(Outcome.ROLLED_BACK);
    assertThat(rows(table)).isZero();
  }

  static final List<TransactionAction<SQLException>> HARMLESS =
      List.of(
          sql("SELECT end_it()", "CALL end_it()", "INSERT INTO other VALUES (end_it())"),
          sql("SAVEPOINT s", "INSERT INTO other VALUES (3)", "ROLLBACK TO SAVEPOINT s"),
          sql("SAVEPOINT s; INSERT INTO other VALUES (3); ROLLBACK TO SAVEPOINT s"),
          connection -> connection.rollback(connection.setSavepoint()),
          connection -> connection.rollback(connection.setSavepoint("mine")),
          connection -> connection.releaseSavepoint(connection.setSavepoint()),
          sql("SET TIME ZONE 'Asia/Tokyo'"),
          connection -> {
            try (PreparedStatement back = connection.prepareStatement("ROLLBACK TO SAVEPOINT s")) {
              Sql.run(connection, "SAVEPOINT s");
              back.execute();
              back.execute();
            }
          },
          connection -> {
            try {
              Sql.run(connection, "SELECT 1 / 0");
            } catch (SQLException divisionByZero) {
              Sql.run(connection, "SELECT 1");
            }
          },
          connection -> connection.getMetaData().getTables(null, null, "nothing", null).close());

  /** Nothing tells before the commit that only a savepoint was meant. */
  @Test
  void areRuledOutByTheSavepointIfAFunctionHasGoneBackToOneOfItsOwn() throws Exception {
    choose(database, "savepoint");

    Throwable told = told(inserting(table, "SELECT end_it()"));

    assertThat(told)
        .isInstanceOf(CommitFailedException.class)
        .hasMessageContaining("cannot be vouched for");
    assertThat(Outcome.of(told)).isEqualTo(Outcome.ROLLED_BACK);
    assertThat(rows(table)).isZero();
    assertThat(Outcome.of(told(throwing(inserting(table, "SELECT end_it()")))))
        .isEqualTo(Outcome.ROLLED_BACK);
  }

  /** There H2 tells another time to each statement. */
  @ParameterizedTest
  @ValueSource(strings = {"MySQL", "Oracle"})
  void areSeenInEachModeOfH2(String mode) throws Exception {
    TestDatabase other = Databases.fresh(DatabaseKind.H2);
    other.run("CREATE TABLE plain (id INT PRIMARY KEY, note VARCHAR(100))");
    makeFunctions(other);
    String url = other.url() + ";MODE=" + mode;
    try (TransactionExecutor its =
            configure(TestExecutors.on(other).jdbcUrl(url).workers(1).warmSpares(0)).build();
        TransactionClient client = its.client(mode)) {
      for (String end : List.of("commit", "rollback")) {
        choose(other, end);
        Throwable returned =
            catchThrowable(() -> client.run(inserting("plain", "SELECT end_it()")));
        other.run("TRUNCATE TABLE plain");
        Throwable threw =
            catchThrowable(() -> client.run(throwing(inserting("plain", "SELECT end_it()"))));
        other.run("TRUNCATE TABLE plain");

        assertThat(Outcome.of(returned)).as(end).isEqualTo(Outcome.UNKNOWN);
        assertThat(Outcome.of(threw)).as(end).isEqualTo(Outcome.UNKNOWN);
      }
      choose(other, "savepoint");
      other.run("CREATE TABLE other (id INT)");
      client.run(inserting("plain", "SELECT end_it()", "CREATE TABLE made (id INT)"));
      assertThat(other.number("SELECT COUNT(*) FROM plain")).isEqualTo(2);
      Throwable threw = catchThrowable(() -> client.run(throwing(sql("DELETE FROM plain"))));
      assertThat(Outcome.of(threw)).isEqualTo(Outcome.ROLLED_BACK);
    }
  }

  @Test
  void areToldApartFromAChangeOfTheMode() throws Exception {
    String name = table;
    TestDatabase beside = database;
    try {
      Throwable told =
          told(
              connection -> {
                insert(connection, name, 1);
                beside.run("SET MODE MySQL");
                insert(connection, name, 2);
              });

      assertThat(Outcome.of(told)).isEqualTo(Outcome.ROLLED_BACK);
      client.run(inserting(table));
      assertThat(rows(table)).isEqualTo(2);
    } finally {
      database.run("SET MODE REGULAR");
    }
    database.run("DELETE FROM " + table);
    client.run(inserting(table));
    assertThat(rows(table)).isEqualTo(2);
  }
}
