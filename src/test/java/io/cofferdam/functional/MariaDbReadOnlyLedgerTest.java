package io.cofferdam.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cofferdam.OutcomeTracking;
import io.cofferdam.TransactionAction;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.testing.DatabaseKind;
import io.cofferdam.testing.Sql;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** A transaction that MariaDB lets write nothing leaves no row in the ledger, and commits. */
class MariaDbReadOnlyLedgerTest extends OneDatabaseTest {

  static final List<TransactionAction<SQLException>> WAYS =
      List.of(
          connection -> Sql.run(connection, "SET TRANSACTION READ ONLY"),
          connection -> Sql.run(connection, "SET SESSION TRANSACTION READ ONLY"),
          connection -> connection.setReadOnly(true));

  MariaDbReadOnlyLedgerTest() {
    super(DatabaseKind.MARIADB);
  }

  @Override
  TransactionExecutorBuilder configure(TransactionExecutorBuilder builder) {
    return builder.outcomeTracking(OutcomeTracking.LEDGER);
  }

  @ParameterizedTest
  @FieldSource("WAYS")
  void commitsATaskThatOnlyReads(TransactionAction<SQLException> way) throws Exception {
    String table = table();
    database.run("INSERT INTO " + table + " VALUES (1, 'x')");

    long seen =
        client.execute(
            connection -> {
              way.run(connection);
              return Sql.number(connection, "SELECT COUNT(*) FROM " + table);
            });

    assertThat(seen).isOne();
  }

  @Test
  void leavesARefusalOfTheServerToTheTask() throws Exception {
    String table = table();

    assertThatThrownBy(
            () ->
                client.run(
                    sql("SET TRANSACTION READ ONLY", "INSERT INTO " + table + " VALUES (1, 'x')")))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("READ ONLY");
    assertThat(rows(table)).isZero();
  }

  @Test
  void commitsWhatWasWrittenBefore() throws Exception {
    String table = table();

    client.run(
        sql(
            "INSERT INTO " + table + " VALUES (1, 'x')",
            "SET SESSION TRANSACTION READ ONLY",
            "SELECT 1"));

    assertThat(rows(table)).isOne();
    assertThat(database.number("SELECT COUNT(*) FROM cofferdam_outcome")).isPositive();
  }
}
