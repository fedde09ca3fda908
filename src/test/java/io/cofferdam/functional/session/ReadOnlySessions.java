package io.cofferdam.functional.session;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.TransactionOptions;
import io.cofferdam.testkit.database.Sql;
import java.sql.SQLException;

/** What is asked of a session that refuses writes by itself. */
final class ReadOnlySessions {

  private ReadOnlySessions() {}

  /** Fails unless the executor's session refuses writes, whatever tasks ask for. */
  static void assertStayReadOnly(TransactionExecutorBuilder builder, String table)
      throws SQLException {
    TransactionOptions readOnly = TransactionOptions.defaults().readOnly();
    try (TransactionExecutor executor = builder.workers(1).warmSpares(0).build();
        TransactionClient client = executor.client("reader")) {
      assertRefusesToWrite(client, table);

      client.run(readOnly, connection -> Sql.run(connection, "SELECT 1"));
      assertRefusesToWrite(client, table);

      client.run(readOnly, connection -> connection.setReadOnly(true));
      assertRefusesToWrite(client, table);

      client.run(connection -> connection.setReadOnly(true));
      assertRefusesToWrite(client, table);
    }
  }

  private static void assertRefusesToWrite(TransactionClient client, String table) {
    assertThatThrownBy(
            () ->
                client.run(
                    connection -> Sql.run(connection, "INSERT INTO " + table + " VALUES (1, 'x')")))
        .isInstanceOf(SQLException.class)
        .hasMessageMatching("(?is).*read.?only.*");
  }
}
