package io.cofferdam.functional.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cofferdam.TransactionAction;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A transaction that the server lets write nothing leaves no row in the ledger, and commits. */
@Tag("any-jdk")
class ReadOnlyLedgerTest extends ReadOnlyLedgerCases {

  ReadOnlyLedgerTest() {
    super(DatabaseKind.POSTGRESQL);
  }

  @Override
  List<TransactionAction<SQLException>> ways() {
    return List.of(
        connection -> Sql.run(connection, "SET TRANSACTION READ ONLY"),
        connection -> Sql.run(connection, "SET LOCAL transaction_read_only = on"),
        connection -> Sql.run(connection, "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"),
        connection -> connection.setReadOnly(true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"SET TRANSACTION READ ONLY", "SET LOCAL transaction_read_only = on"})
  void leavesARefusalOfTheServerToTheTask(String way) throws Exception {
    String table = table();

    assertThatThrownBy(() -> client.run(sql(way, "INSERT INTO " + table + " VALUES (1, 'x')")))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("read-only");
    assertThat(rows(table)).isZero();
  }

  @Test
  void commitsWhatWasWrittenBefore() throws Exception {
    String table = table();

    client.run(
        sql("INSERT INTO " + table + " VALUES (1, 'x')", "SET TRANSACTION READ ONLY", "SELECT 1"));

    assertThat(rows(table)).isOne();
  }

  @Test
  void commitsWhereReadOnlyIsTheDefaultOfTheSession() throws Exception {
    String table = table();
    try (TransactionExecutor reading =
            configure(TestExecutors.on(database).workers(1).warmSpares(0))
                .connectionProperty("options", "-c default_transaction_read_only=on")
                .build();
        TransactionClient reader = reading.client("reader")) {
      assertThat(reader.execute(textOf("SELECT count(*) FROM " + table))).isEqualTo("0");
      reader.run(sql("SET LOCAL work_mem = '2MB'", "SELECT 1"));
    }
  }
}
