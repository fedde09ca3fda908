package io.cofferdam.functional.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import io.cofferdam.CrashReport.Phase;
import io.cofferdam.Outcome;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.WorkerCrashedException;
import io.cofferdam.functional.WithHarmedWorkers;
import io.cofferdam.testing.OutOfMemorySockets;
import io.cofferdam.testing.OutOfMemorySockets.Place;
import io.cofferdam.testkit.database.Sql;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** An error that is thrown inside the driver's commit says nothing about the commit. */
class FailingCommitTest extends WithHarmedWorkers {

  @Override
  protected TransactionExecutorBuilder configure(TransactionExecutorBuilder builder) {
    return super.configure(builder)
        .workers(1)
        .connectionProperty("socketFactory", OutOfMemorySockets.class.getName());
  }

  @BeforeEach
  void beginWithASpare() {
    awaitReady(executor, 1 + SPARES);
  }

  private CompletableFuture<String> insertAndFail(String table, Place place) {
    return client.submit(
        connection -> {
          Sql.run(connection, "INSERT INTO " + table + " VALUES (1, 'x')");
          OutOfMemorySockets.failNextCommit(place);
          return "the result";
        });
  }

  @Nested
  class WhenMemoryRunsOut {

    @Test
    void isRolledBackIfNothingHadBeenSent() throws Exception {
      String table = table();

      WorkerCrashedException crash =
          failureOf(WorkerCrashedException.class, insertAndFail(table, Place.BEFORE_SENDING));

      assertThat(crash.outcome()).isEqualTo(Outcome.ROLLED_BACK);
      assertThat(crash.crashReport().phase()).isEqualTo(Phase.COMMITTING);
      assertThat(crash).hasRootCauseInstanceOf(OutOfMemoryError.class);
      assertThat(rows(table)).isZero();
    }

    @Test
    void isNotSeenIfTheServerHadCommitted() throws Exception {
      String table = table();
      long touched = executor.snapshot().callersTouched();
      long crashes = executor.snapshot().crashes();

      assertThat(insertAndFail(table, Place.AFTER_THE_ANSWER).join()).isEqualTo("the result");

      assertThat(rows(table)).isOne();
      awaitReady(executor, 1 + SPARES);
      assertThat(executor.snapshot().crashes()).isEqualTo(crashes + 1);
      assertThat(executor.snapshot().callersTouched()).isEqualTo(touched);
    }
  }
}
