package io.cofferdam.functional;

import static org.assertj.core.api.Assertions.assertThat;

import io.cofferdam.testing.DatabaseKind;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** What tasks leave in sessions of PostgreSQL, and in its driver, that no other database has. */
class PostgresSessionTest extends OneDatabaseTest {

  PostgresSessionTest() {
    super(DatabaseKind.POSTGRESQL);
  }

  @Test
  void aNotificationThatTheDriverHoldsIsNotSeenByTheNextTask() throws Exception {
    client.run(sql("LISTEN letters", "NOTIFY letters, 'secret'"));

    int count =
        client.execute(
            connection -> connection.unwrap(PGConnection.class).getNotifications().length);

    assertThat(count).isZero();
  }

  @Nested
  class ASessionThatRefusesWrites {

    @Test
    void byItsUrlStillDoesAfterATaskThatIsReadOnly() throws Exception {
      ReadOnlySessions.assertStayReadOnly(
          database.executor().jdbcUrl(database.url() + "?readOnly=true"), table());
    }

    @Test
    void byAPropertyStillDoesAfterATaskThatIsReadOnly() throws Exception {
      ReadOnlySessions.assertStayReadOnly(
          database.executor().connectionProperty("readOnly", "true"), table());
    }

    /** RESET ALL takes back what the driver has set. */
    @Test
    void byASettingOfTheDriverStillDoesAfterATask() throws Exception {
      ReadOnlySessions.assertStayReadOnly(
          database
              .executor()
              .connectionProperty("readOnly", "true")
              .connectionProperty("readOnlyMode", "always"),
          table());
    }

    @Test
    void byItsRoleStillDoesAfterATaskThatIsReadOnly() throws Exception {
      String table = table();
      String role = "ALTER ROLE " + database.username();
      database.run(role + " SET default_transaction_read_only = on");
      try {
        ReadOnlySessions.assertStayReadOnly(database.executor(), table);
      } finally {
        database.run(
            "SET default_transaction_read_only = off",
            role + " RESET default_transaction_read_only");
      }
    }
  }
}
