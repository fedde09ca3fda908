package io.cofferdam.functional.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cofferdam.TransactionAction;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A transaction that MariaDB lets write nothing leaves no row in the ledger, and commits. */
@Tag("any-jdk")
class MariaDbReadOnlyLedgerTest extends ReadOnlyLedgerCases {

  MariaDbReadOnlyLedgerTest() {
    super(DatabaseKind.MARIADB);
  }

  @Override
  List<TransactionAction<SQLException>> ways() {
    return List.of(
        connection -> Sql.run(connection, "SET TRANSACTION READ ONLY"),
        connection -> Sql.run(connection, "SET SESSION TRANSACTION READ ONLY"),
        connection -> connection.setReadOnly(true));
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
