package io.cofferdam.functional.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.cofferdam.OutcomeTracking;
import io.cofferdam.TransactionAction;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.functional.OnOneDatabase;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A transaction that the server lets write nothing leaves no row in the ledger, and commits. */
abstract class ReadOnlyLedgerCases extends OnOneDatabase {

  ReadOnlyLedgerCases(DatabaseKind kind) {
    super(kind);
  }

  /** Returns the ways in which a task makes its own transaction one that writes nothing. */
  abstract List<TransactionAction<SQLException>> ways();

  @Override
  protected TransactionExecutorBuilder configure(TransactionExecutorBuilder builder) {
    return builder.outcomeTracking(OutcomeTracking.LEDGER);
  }

  @ParameterizedTest
  @MethodSource("ways")
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
}
