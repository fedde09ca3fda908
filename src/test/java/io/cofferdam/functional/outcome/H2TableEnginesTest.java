package io.cofferdam.functional.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.cofferdam.Outcome;
import io.cofferdam.TransactionAction;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.testing.H2TableEngines.Committing;
import io.cofferdam.testing.H2TableEngines.Lasting;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import org.h2.tools.Server;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows in tables of the user's own engines are not known to be rolled back by H2. */
@Tag("process")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("any-jdk")
class H2TableEnginesTest {

  private static final String INSERT = "INSERT INTO kept VALUES (1)";

  private Server server;
  private TestDatabase database;
  private TransactionExecutor executor;
  private TransactionClient client;

  @BeforeAll
  void start(@TempDir Path directory) throws SQLException {
    server =
        Server.createTcpServer("-tcpPort", "0", "-ifNotExists", "-baseDir", directory.toString())
            .start();
    String url = "jdbc:h2:tcp://127.0.0.1:" + server.getPort() + "/./engines";
    database = new TestDatabase(DatabaseKind.H2, "engines", url, "owner", "s3cret of a test");
    executor = TestExecutors.on(database).workers(1).build();
    client = executor.client("engines");
  }

  @AfterAll
  void stop() {
    client.close();
    executor.close();
    server.stop();
  }

  private void makeTable(Class<?> engine) throws SQLException {
    database.run(
        "DROP TABLE IF EXISTS kept",
        "CREATE TABLE kept (id INT) ENGINE \"" + engine.getName() + "\"");
  }

  /** Returns what is known after a task that inserts a row and then does something. */
  private Outcome outcomeOfInsertingAnd(TransactionAction<SQLException> end) {
    return Outcome.of(
        catchThrowable(
            () ->
                client.run(
                    connection -> {
                      Sql.run(connection, INSERT);
                      end.run(connection);
                    })));
  }

  private long rows() throws SQLException {
    return database.number("SELECT COUNT(*) FROM kept");
  }

  @Test
  void areUnknownWhenTheTaskFails() throws Exception {
    makeTable(Lasting.class);

    Outcome told =
        outcomeOfInsertingAnd(
            connection -> {
              throw new IllegalStateException("on purpose");
            });

    assertThat(told).isEqualTo(Outcome.UNKNOWN);
    assertThat(rows()).isOne();
  }

  /** With the second engine, the row is committed already. */
  @ParameterizedTest
  @ValueSource(classes = {Lasting.class, Committing.class})
  void areUnknownWhenTheWorkerDies(Class<?> engine) throws Exception {
    makeTable(engine);

    Outcome told = outcomeOfInsertingAnd(connection -> Runtime.getRuntime().halt(99));

    assertThat(told).isEqualTo(Outcome.UNKNOWN);
    assertThat(rows()).isOne();
  }

  @Test
  void areCommittedWhenTheTaskReturns() throws Exception {
    makeTable(Lasting.class);

    client.run(connection -> Sql.run(connection, INSERT));

    assertThat(rows()).isOne();
  }
}
