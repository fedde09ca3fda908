package io.cofferdam.functional.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cofferdam.RetryPolicy;
import io.cofferdam.TransactionOptions;
import io.cofferdam.functional.OnEveryDatabase;
import io.cofferdam.testing.Databases;
import io.cofferdam.testkit.database.Sql;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** A worker does not need the registration of its driver, which a task can take back. */
class DeregisteredDriverTest extends OnEveryDatabase {

  @Test
  void doesNotKeepTheWorkerFromConnectingAgain() throws Exception {
    String session = kind.sessionId();
    long lost =
        client.execute(
            connection -> {
              for (Driver driver : Collections.list(DriverManager.getDrivers())) {
                DriverManager.deregisterDriver(driver);
              }
              return Sql.number(connection, session);
            });
    long worker = worker();

    try (Connection admin = Databases.shared(kind).admin(database)) {
      Sql.run(admin, kind.endSession(lost));
    }
    await("the end of the session")
        .atMost(PATIENCE)
        .until(() -> database.number(kind.sessionExists(lost)) == 0);
    long after =
        client.execute(
            TransactionOptions.defaults()
                .retry(RetryPolicy.attempts(3).on(RetryPolicy.Cause.CONNECTION_LOST)),
            connection -> Sql.number(connection, session));

    assertThat(after).isNotEqualTo(lost);
    assertThat(worker()).as("the process").isEqualTo(worker);
  }
}
