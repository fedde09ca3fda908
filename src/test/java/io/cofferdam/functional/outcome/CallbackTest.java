package io.cofferdam.functional.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.Uninterruptibles;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionOptions;
import io.cofferdam.TransactionTimeoutException;
import io.cofferdam.functional.OnOneDatabase;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What a caller does in the callbacks of its futures is its own affair. */
class CallbackTest extends OnOneDatabase {

  private static final int MANY = 40;
  private static final long PATIENCE_SECONDS = 60;

  CallbackTest() {
    super(DatabaseKind.POSTGRESQL);
  }

  @Nested
  class ManyThatBlock {

    @Test
    void keepNoOtherClientFromItsAnswers() throws Exception {
      String sleep = kind.sleep(60);
      CountDownLatch released = new CountDownLatch(1);
      List<CompletableFuture<Integer>> blocked = new ArrayList<>();
      try (TransactionClient other = executor.client("other")) {
        for (int i = 0; i < MANY; i++) {
          blocked.add(
              client
                  .submit(connection -> 1)
                  .thenApply(
                      one -> {
                        Uninterruptibles.awaitUninterruptibly(released);
                        return one;
                      }));
        }

        assertThat(other.submit(connection -> 2).get(PATIENCE_SECONDS, TimeUnit.SECONDS))
            .isEqualTo(2);
        assertThatThrownBy(
                () ->
                    other
                        .submit(
                            TransactionOptions.defaults().timeout(Duration.ofMillis(300)),
                            connection -> Sql.text(connection, sleep))
                        .get(PATIENCE_SECONDS, TimeUnit.SECONDS))
            .hasCauseInstanceOf(TransactionTimeoutException.class);
      } finally {
        released.countDown();
      }
      assertThat(blocked).allSatisfy(each -> assertThat(each.join()).isEqualTo(1));
    }

    @Test
    void mayWaitForFuturesOfTheSameExecutor() throws Exception {
      List<CompletableFuture<Integer>> chained = new ArrayList<>();

      for (int i = 0; i < MANY; i++) {
        chained.add(
            client
                .submit(connection -> 1)
                .thenApply(one -> client.submit(connection -> one + 1).join()));
      }

      for (CompletableFuture<Integer> each : chained) {
        assertThat(each.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(2);
      }
    }
  }
}
