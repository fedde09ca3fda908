package io.cofferdam.functional.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cofferdam.OutcomeTracking;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.TransactionOptions;
import io.cofferdam.functional.OnOneDatabase;
import io.cofferdam.testkit.database.DatabaseKind;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A ledger in which expired rows cannot be removed. */
@Tag("any-jdk")
class RefusedClaimTest extends OnOneDatabase {

  RefusedClaimTest() {
    super(DatabaseKind.POSTGRESQL);
  }

  @Override
  protected TransactionExecutorBuilder configure(TransactionExecutorBuilder builder) {
    return builder.outcomeTracking(OutcomeTracking.LEDGER);
  }

  @Test
  void tellsWhatTheDatabaseRefusedAndKeepsTheConnection() throws Exception {
    database.run(
        "INSERT INTO cofferdam_outcome VALUES ('key:old', 'COMMITTED', NULL, NULL,"
            + " now() - interval '1 hour')",
        "REVOKE DELETE ON cofferdam_outcome FROM " + database.username());
    long dispatched = executor.snapshot().dispatched();

    assertThatThrownBy(
            () -> client.run(TransactionOptions.defaults().idempotencyKey("old"), connection -> {}))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("permission denied");

    assertThat(executor.snapshot().dispatched() - dispatched).isOne();
  }
}
