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

/** Rows in tables of the user's own engines are not known to be rolled back by H2. */
@Tag("process")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class H2TableEnginesTest {

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

  private static TransactionAction<SQLException> inserting() {
    return connection -> Sql.run(connection, "INSERT INTO kept VALUES (1)");
  }

  private Outcome outcomeOfAFailure() {
    TransactionAction<SQLException> inserting = inserting();
    return Outcome.of(
        catchThrowable(
            () ->
                client.run(
                    connection -> {
                      inserting.run(connection);
                      throw new IllegalStateException("on purpose");
                    })));
  }

  private Outcome outcomeOfADeath() {
    TransactionAction<SQLException> inserting = inserting();
    return Outcome.of(
        catchThrowable(
            () ->
                client.run(
                    connection -> {
                      inserting.run(connection);
                      Runtime.getRuntime().halt(99);
                    })));
  }

  @Test
  void areUnknownWhenTheTaskFails() throws Exception {
    makeTable(Lasting.class);

    assertThat(outcomeOfAFailure()).isEqualTo(Outcome.UNKNOWN);
    assertThat(database.number("SELECT COUNT(*) FROM kept")).isOne();
  }

  @Test
  void areUnknownWhenTheWorkerDies() throws Exception {
    makeTable(Lasting.class);

    assertThat(outcomeOfADeath()).isEqualTo(Outcome.UNKNOWN);
    assertThat(database.number("SELECT COUNT(*) FROM kept")).isOne();
  }

  @Test
  void areUnknownWhenTheWorkerDiesAfterTheEngineHasCommitted() throws Exception {
    makeTable(Committing.class);

    assertThat(outcomeOfADeath()).isEqualTo(Outcome.UNKNOWN);
    assertThat(database.number("SELECT COUNT(*) FROM kept")).isOne();
  }

  @Test
  void areCommittedWhenTheTaskReturns() throws Exception {
    makeTable(Lasting.class);

    client.run(inserting());

    assertThat(database.number("SELECT COUNT(*) FROM kept")).isOne();
  }
}
