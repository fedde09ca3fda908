package io.cofferdam.functional.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cofferdam.ExecutorSnapshot.WorkerSnapshot;
import io.cofferdam.RetryPolicy;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.TransactionOptions;
import io.cofferdam.functional.OnOneDatabase;
import io.cofferdam.functional.WithHarmedWorkers;
import io.cofferdam.testing.Databases;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** A worker that cannot connect again does not keep its permit from a spare that is connected. */
class LostPermitTest extends OnOneDatabase {

  private record Place(long pid, long session) implements java.io.Serializable {}

  LostPermitTest() {
    super(DatabaseKind.POSTGRESQL);
  }

  @Override
  protected TransactionExecutorBuilder configure(TransactionExecutorBuilder builder) {
    return builder.workers(1).warmSpares(1).allowResultTypes(Place.class.getName());
  }

  private Place place() throws SQLException {
    return client.execute(
        TransactionOptions.defaults()
            .retry(RetryPolicy.attempts(3).on(RetryPolicy.Cause.CONNECTION_LOST)),
        connection ->
            new Place(
                ProcessHandle.current().pid(), Sql.number(connection, "SELECT pg_backend_pid()")));
  }

  private void asAdministrator(String... statements) throws SQLException {
    try (Connection admin = Databases.shared(kind).admin(database)) {
      Sql.run(admin, statements);
    }
  }

  @Test
  void goesToTheSpareAndTheProcessIsReplaced() throws Exception {
    WithHarmedWorkers.awaitReady(executor, 2);
    Place before = place();

    asAdministrator(
        "ALTER ROLE " + database.username() + " CONNECTION LIMIT 1",
        "SELECT pg_terminate_backend(" + before.session() + ", 60000)");
    Place after = place();

    assertThat(after.pid()).as("the spare's process").isNotEqualTo(before.pid());
    await("another process in the place of the one that cannot connect")
        .atMost(PATIENCE)
        .until(
            () ->
                executor.snapshot().workers().stream()
                    .map(WorkerSnapshot::pid)
                    .noneMatch(pid -> pid == before.pid()));
    assertThat(place()).isEqualTo(after);

    asAdministrator("ALTER ROLE " + database.username() + " CONNECTION LIMIT -1");
    WithHarmedWorkers.awaitReady(executor, 2);
    assertThat(place()).as("who keeps the permit").isEqualTo(after);
  }
}
