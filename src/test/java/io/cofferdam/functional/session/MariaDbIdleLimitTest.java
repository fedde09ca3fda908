package io.cofferdam.functional.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.TransactionOptions;
import io.cofferdam.functional.OnOneDatabase;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.DatabaseServer;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** When a session of MariaDB, which keeps its limit, is given another one. */
@Tag("any-jdk")
class MariaDbIdleLimitTest extends OnOneDatabase {

  /**
   * @param sets how many SET the session has executed so far
   * @param limit the limit of the session in seconds
   */
  private record Seen(long sets, long limit) implements java.io.Serializable {}

  MariaDbIdleLimitTest() {
    super(DatabaseKind.MARIADB);
  }

  @Override
  protected TransactionExecutorBuilder configure(TransactionExecutorBuilder builder) {
    return builder.allowResultTypes(Seen.class.getName());
  }

  private static long variable(Connection connection, String table, String name)
      throws SQLException {
    return Sql.number(
        connection,
        "SELECT variable_value FROM information_schema."
            + table
            + " WHERE variable_name = '"
            + name
            + "'");
  }

  private static long limit(Connection connection) throws SQLException {
    return variable(connection, "session_variables", "idle_transaction_timeout");
  }

  private Seen seenWith(Duration timeout) throws SQLException {
    return client.execute(
        TransactionOptions.defaults().timeout(timeout),
        connection ->
            new Seen(variable(connection, "session_status", "com_set_option"), limit(connection)));
  }

  @Test
  void aSessionIsGivenALimitOnlyIfATaskCouldReachTheOneItHasOrNeedsAFarShorterOne()
      throws Exception {
    seenWith(Duration.ofSeconds(30));
    Seen first = seenWith(Duration.ofSeconds(30));
    Seen same = seenWith(Duration.ofSeconds(30));
    long setsOfATask = same.sets() - first.sets();
    Seen similar = seenWith(Duration.ofSeconds(20));
    Seen longer = seenWith(Duration.ofMinutes(2));
    Seen shorter = seenWith(Duration.ofSeconds(30));
    Seen farShorter = seenWith(Duration.ofSeconds(10));

    assertThat(same.limit()).isEqualTo(64);
    assertThat(similar).isEqualTo(new Seen(same.sets() + setsOfATask, 64));
    assertThat(longer).isEqualTo(new Seen(similar.sets() + setsOfATask + 1, 128));
    assertThat(shorter).isEqualTo(new Seen(longer.sets() + setsOfATask, 128));
    assertThat(farShorter).isEqualTo(new Seen(shorter.sets() + setsOfATask + 1, 16));
  }

  private static long limitOfTask(TransactionExecutorBuilder builder, Duration timeout)
      throws SQLException {
    try (TransactionExecutor other = builder.workers(1).warmSpares(0).build();
        TransactionClient one = other.client("other")) {
      return one.execute(
          TransactionOptions.defaults().timeout(timeout), MariaDbIdleLimitTest::limit);
    }
  }

  @Test
  void waitTimeoutIsNotMadeLonger() throws Exception {
    TransactionExecutorBuilder impatient =
        TestExecutors.on(database).jdbcUrl(database.url() + "?sessionVariables=wait_timeout=63");

    assertThat(limitOfTask(impatient, Duration.ofSeconds(30))).isZero();
    assertThat(limitOfTask(impatient, Duration.ofSeconds(20))).isEqualTo(32);
  }

  @Test
  void theServersOwnLimitIsKept() throws Exception {
    try (DatabaseServer server = Databases.startMariaDb("--idle-transaction-timeout=900")) {
      TestDatabase other = server.fresh();

      assertThat(limitOfTask(TestExecutors.on(other), Duration.ofSeconds(30))).isEqualTo(900);
    }
  }
}
