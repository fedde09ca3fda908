package io.cofferdam.functional.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.WorkerStartException;
import io.cofferdam.functional.OnOneDatabase;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The settings by which PostgreSQL notices the end of an application or of its machine reach each
 * session, together with the user's own, whichever way those were given.
 */
@Tag("any-jdk")
class ConnectionOptionsTest extends OnOneDatabase {

  private static final String OURS = "1s 5 5 3 15000";

  @TempDir private Path directory;

  ConnectionOptionsTest() {
    super(DatabaseKind.POSTGRESQL);
  }

  private TransactionExecutorBuilder withUrl(String parameters) {
    return TestExecutors.on(database).jdbcUrl(database.url() + parameters);
  }

  /** Returns what the second task of a worker sees, after its session has been cleaned. */
  private static String seen(TransactionExecutorBuilder builder, String... settings)
      throws Exception {
    try (TransactionExecutor executor = builder.workers(1).warmSpares(0).build();
        TransactionClient client = executor.client("settings")) {
      client.run(sql("SET statement_timeout = '1h'", "SET tcp_user_timeout = 1"));
      return client.execute(
          connection -> {
            StringBuilder values = new StringBuilder();
            for (String setting : settings) {
              values.append(Sql.text(connection, "SHOW " + setting)).append(' ');
            }
            return values.toString().trim();
          });
    }
  }

  private static String ours(TransactionExecutorBuilder builder) throws Exception {
    return seen(
        builder,
        "client_connection_check_interval",
        "tcp_keepalives_idle",
        "tcp_keepalives_interval",
        "tcp_keepalives_count",
        "tcp_user_timeout");
  }

  @Nested
  class TheExecutorsSettings {

    @Test
    void areThoseOfEverySession() throws Exception {
      assertThat(ours(TestExecutors.on(database))).isEqualTo(OURS);
    }

    @Test
    void stayBesideOptionsOfTheUrl() throws Exception {
      assertThat(ours(withUrl("?options=-c%20statement_timeout=5s"))).isEqualTo(OURS);
    }

    @Test
    void stayBesideAnOptionsProperty() throws Exception {
      assertThat(
              ours(
                  TestExecutors.on(database)
                      .connectionProperty("options", "-c statement_timeout=5s")))
          .isEqualTo(OURS);
    }

    @Test
    void giveWayToTheUsers() throws Exception {
      assertThat(ours(withUrl("?options=-c%20tcp_keepalives_idle=77")))
          .isEqualTo(OURS.replace("1s 5", "1s 77"));
    }

    @Test
    void areTurnedOffByEmptyOptions() throws Exception {
      String servers = ours(TestExecutors.on(database).connectionProperty("options", ""));

      assertThat(servers).isNotEqualTo(OURS).startsWith("0 ");
      assertThat(ours(withUrl("?options="))).isEqualTo(servers);
    }
  }

  /** The executor sets one with each transaction, but for this. */
  @Test
  void theIdleLimitOfARoleIsKept() throws Exception {
    TestDatabase other = Databases.fresh(kind);
    String setting = "idle_in_transaction_session_timeout";
    other.run("ALTER ROLE " + other.username() + " SET " + setting + " = '77min'");

    assertThat(seen(TestExecutors.on(other), setting)).isEqualTo("77min");
  }

  @Nested
  class TheUsersSettings {

    private static final String TIMEOUT = "statement_timeout";

    @Test
    void arriveByTheUrl() throws Exception {
      assertThat(seen(withUrl("?options=-c%20statement_timeout=5s"), TIMEOUT)).isEqualTo("5s");
    }

    @Test
    void arriveByAProperty() throws Exception {
      assertThat(
              seen(
                  TestExecutors.on(database)
                      .connectionProperty("options", "-c statement_timeout=6s"),
                  TIMEOUT))
          .isEqualTo("6s");
    }

    @Test
    void arriveByTheUrlIfThereIsAPropertyToo() throws Exception {
      assertThat(
              seen(
                  withUrl("?options=-c%20statement_timeout=7s")
                      .connectionProperty("options", "-c statement_timeout=6s"),
                  TIMEOUT))
          .isEqualTo("7s");
    }

    @Test
    void arriveByAService() throws Exception {
      Path file = directory.resolve("service.conf");
      Files.writeString(
          file,
          """
          [bank]
          options=-c statement_timeout=8s
          ApplicationName=the bank
          """);

      String values =
          seen(
              TestExecutors.on(database, "-Dorg.postgresql.pgservicefile=" + file)
                  .jdbcUrl(database.url() + "?service=bank"),
              TIMEOUT,
              "application_name",
              "tcp_user_timeout");

      assertThat(values).isEqualTo("8s the bank 15000");
    }

    @Test
    void nameTheSessionByTheUrl() throws Exception {
      assertThat(seen(withUrl("?ApplicationName=ledger"), "application_name")).isEqualTo("ledger");
    }

    @Test
    void arriveByTheDefaultsOfTheDriver() throws Exception {
      assertThat(seen(withDriverDefaults("options=-c statement_timeout=9s\n"), TIMEOUT))
          .isEqualTo("9s");
    }

    @Test
    void areRefusedInTheDefaultsOfTheDriverToo() throws Exception {
      TransactionExecutorBuilder builder =
          withDriverDefaults("raiseExceptionOnSilentRollback=false\n");

      assertThatThrownBy(builder::build)
          .isInstanceOf(WorkerStartException.class)
          .hasMessageContaining("raiseExceptionOnSilentRollback=false");
    }

    private TransactionExecutorBuilder withDriverDefaults(String content) throws IOException {
      Path file = directory.resolve("org/postgresql/driverconfig.properties");
      Files.createDirectories(file.getParent());
      Files.writeString(file, content);
      List<Path> classPath =
          Stream.concat(
                  Stream.of(directory),
                  Stream.of(System.getProperty("java.class.path").split(":", -1)).map(Path::of))
              .filter(Files::exists)
              .toList();
      return TestExecutors.plain(database).workerClassPath(classPath);
    }
  }
}
