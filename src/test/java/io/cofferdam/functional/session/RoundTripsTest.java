package io.cofferdam.functional.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cofferdam.IsolationLevel;
import io.cofferdam.OutcomeTracking;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.TransactionOptions;
import io.cofferdam.TransactionTask;
import io.cofferdam.functional.WithOneWorker;
import io.cofferdam.testing.DatabaseProxy;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import io.cofferdam.testkit.tpcb.TpcB;
import io.cofferdam.testkit.tpcb.TpcBTables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How many round trips to the server a task costs, from its beginning until its worker is ready for
 * the next one.
 */
@Tag("process")
@Tag("any-jdk")
class RoundTripsTest {

  private static final int WARM_UP = 10;
  private static final int TASKS = 10;
  private static final TransactionOptions SERIALIZABLE =
      TransactionOptions.defaults().isolation(IsolationLevel.SERIALIZABLE);

  private static TransactionTask<Long, SQLException> tpcB() {
    return connection -> TpcB.run(connection, 1, 1, 1, 1, 1);
  }

  private static TransactionTask<Long, SQLException> texts(String... sql) {
    return connection -> {
      Sql.run(connection, sql);
      return 0L;
    };
  }

  /** Counts the round trips of each task; the fewest, because an idle session may be validated. */
  @SafeVarargs
  private static List<Long> fewest(
      DatabaseKind kind,
      OutcomeTracking tracking,
      TransactionOptions options,
      TransactionTask<Long, SQLException>... tasks)
      throws Exception {
    TestDatabase database = Databases.fresh(kind);
    try (Connection connection = database.connect()) {
      TpcBTables.recreate(connection, kind, 100);
    }
    try (DatabaseProxy proxy = DatabaseProxy.before(database)) {
      TransactionExecutorBuilder builder =
          TestExecutors.on(proxy.database()).workers(1).warmSpares(0).outcomeTracking(tracking);
      List<Long> fewest = new ArrayList<>();
      try (TransactionExecutor executor = builder.build();
          TransactionClient client = executor.client("client")) {
        for (TransactionTask<Long, SQLException> task : tasks) {
          List<Long> counts = new ArrayList<>();
          for (int i = 0; i < WARM_UP + TASKS; i++) {
            long before = proxy.roundTrips();
            client.execute(options, task);
            await().atMost(WithOneWorker.PATIENCE).until(() -> executor.snapshot().ready() == 1);
            counts.add(proxy.roundTrips() - before);
          }
          fewest.add(Collections.min(counts.subList(WARM_UP, WARM_UP + TASKS)));
        }
      }
      return fewest;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "POSTGRESQL, NONE, 7",
    "POSTGRESQL, TRANSACTION_ID, 7",
    "POSTGRESQL, LEDGER, 6",
    "MARIADB, NONE, 10",
    "MARIADB, LEDGER, 11",
    "H2, NONE, 16",
    "H2, LEDGER, 19"
  })
  void areThoseOfTheStatementsAndFew(DatabaseKind kind, OutcomeTracking tracking, long trips)
      throws Exception {
    assertThat(fewest(kind, tracking, TransactionOptions.defaults(), tpcB()))
        .containsExactly(trips);
  }

  @ParameterizedTest
  @CsvSource({"POSTGRESQL, 7", "MARIADB, 12", "H2, 20"})
  void areFewWithAnIsolationLevel(DatabaseKind kind, long trips) throws Exception {
    OutcomeTracking tracking =
        kind == DatabaseKind.POSTGRESQL ? OutcomeTracking.TRANSACTION_ID : OutcomeTracking.NONE;

    assertThat(fewest(kind, tracking, SERIALIZABLE, tpcB())).containsExactly(trips);
  }

  @Test
  void areOneMoreForATextOfWhichItIsNotCertainThatItEndsNothing() throws Exception {
    assertThat(
            fewest(
                DatabaseKind.POSTGRESQL,
                OutcomeTracking.TRANSACTION_ID,
                TransactionOptions.defaults(),
                texts("SELECT 1", "SELECT 2"),
                texts("SELECT 1", "SELECT 2 /* why */"),
                texts("SELECT 1 /* why */", "SELECT 2"),
                texts()))
        .containsExactly(5L, 6L, 6L, 0L);
  }
}
