package io.cofferdam.functional.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.functional.OnOneDatabase;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What belongs to a session of MariaDB from its start, and what tasks do to that. */
@Tag("any-jdk")
class MariaDbSessionTest extends OnOneDatabase {

  MariaDbSessionTest() {
    super(DatabaseKind.MARIADB);
  }

  @Test
  void aSessionThatRefusesWritesByItsUrlStillDoesAfterATaskThatIsReadOnly() throws Exception {
    ReadOnlySessions.assertStayReadOnly(
        TestExecutors.on(database).jdbcUrl(database.url() + "?sessionVariables=tx_read_only=1"),
        table());
  }

  @Test
  void aSessionThatRefusesWritesByAPropertyStillDoesAfterATaskThatIsReadOnly() throws Exception {
    ReadOnlySessions.assertStayReadOnly(
        TestExecutors.on(database).connectionProperty("sessionVariables", "tx_read_only=1"),
        table());
  }

  /** Else the first task would read in the transaction in which the session was opened. */
  @Test
  void aSessionThatIsOpenedWithoutAutocommitBeginsEachTransactionAnew() throws Exception {
    String table = table();
    try (TransactionExecutor other =
            TestExecutors.on(database)
                .jdbcUrl(database.url() + "?autocommit=false")
                .workers(1)
                .warmSpares(0)
                .build();
        TransactionClient client = other.client("late")) {
      database.run("INSERT INTO " + table + " VALUES (1, 'x')");

      String seen = client.execute(textOf("SELECT COUNT(*) FROM " + table));

      assertThat(seen).isEqualTo("1");
    }
  }
}
