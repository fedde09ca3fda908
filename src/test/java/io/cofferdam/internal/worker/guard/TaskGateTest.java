package io.cofferdam.internal.worker.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.atLeast;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TaskGateTest {

  private final TaskGate gate = new TaskGate();
  private final Statement statement = mock(Statement.class);

  @Nested
  class WhenClosed {

    @Test
    void refusesCallsAndSaysThatTheTaskHasEnded() {
      assertThat(gate.close(Duration.ZERO)).isTrue();

      assertThatThrownBy(gate::enter)
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("has ended")
          .extracting("SQLState")
          .isEqualTo("08003");
    }

    @Test
    void waitsForTheCallInside() throws Exception {
      gate.enter();
      CompletableFuture<Boolean> closed =
          CompletableFuture.supplyAsync(() -> gate.close(Duration.ofSeconds(20)));
      while (!gate.isClosed()) {
        Thread.onSpinWait();
      }
      assertThat(closed).isNotDone();

      gate.exit();

      assertThat(closed.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void isOccupiedWhenTheCallInsideDoesNotLeave() throws Exception {
      gate.enter();

      assertThat(gate.close(Duration.ofMillis(10))).isFalse();
    }

    @Test
    void waitsEvenIfTheTaskHasInterruptedItsThread() throws Exception {
      gate.enter();
      Thread.currentThread().interrupt();

      assertThat(gate.close(Duration.ofMillis(10))).isFalse();
      assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aLaterCancelDoesNothing() throws Exception {
      gate.enterExecution(statement);
      gate.close(Duration.ZERO);

      assertThat(gate.cancel()).isFalse();
      assertThat(gate.cancelled()).isFalse();
      verify(statement, never()).cancel();
    }
  }

  @Nested
  class WhenCancelled {

    @Test
    void refusesCalls() {
      assertThat(gate.cancel()).isTrue();

      assertThat(gate.cancelled()).isTrue();
      assertThatThrownBy(gate::enter)
          .isInstanceOf(SQLException.class)
          .hasMessage("the transaction was cancelled")
          .extracting("SQLState")
          .isEqualTo("57014");
    }

    @Test
    void cancelsTheExecutingStatementAgainUntilItStops() throws Exception {
      CountDownLatch ignored = new CountDownLatch(3);
      gate.enterExecution(statement);
      doAnswer(
              call -> {
                ignored.countDown();
                if (ignored.getCount() == 0) {
                  gate.exitExecution(statement);
                }
                return null;
              })
          .when(statement)
          .cancel();

      assertThat(gate.cancel()).isTrue();

      verify(statement, atLeast(3)).cancel();
    }

    @Test
    void aCancelThatTheDriverRefusesIsRepeated() throws Exception {
      CountDownLatch refusals = new CountDownLatch(2);
      gate.enterExecution(statement);
      doAnswer(
              call -> {
                refusals.countDown();
                throw new SQLException("not now");
              })
          .when(statement)
          .cancel();
      CompletableFuture<Boolean> cancel = CompletableFuture.supplyAsync(gate::cancel);

      assertThat(refusals.await(10, TimeUnit.SECONDS)).isTrue();
      gate.exitExecution(statement);

      assertThat(cancel.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void endsPromptlyWhenTheGateCloses() throws Exception {
      CountDownLatch cancelled = new CountDownLatch(1);
      gate.enterExecution(statement);
      doAnswer(
              call -> {
                cancelled.countDown();
                return null;
              })
          .when(statement)
          .cancel();
      CompletableFuture<Boolean> cancel = CompletableFuture.supplyAsync(gate::cancel);
      assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();

      assertThat(gate.close(Duration.ZERO)).isFalse();

      assertThat(cancel.get(10, TimeUnit.SECONDS)).isTrue();
      assertThat(gate.cancelled()).isTrue();
    }
  }

  @Nested
  class WhenSeveralThreadsAreInside {

    @Test
    void theLastOneToLeaveLetsTheCloserGo() throws Exception {
      gate.enter();
      gate.enter();
      CompletableFuture<Boolean> closed =
          CompletableFuture.supplyAsync(() -> gate.close(Duration.ofSeconds(20)));

      gate.exit();
      assertThat(closed).isNotDone();
      gate.exit();

      assertThat(closed.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void noCallIsInsideOnceTheGateIsClosed() throws Exception {
      CompletableFuture<?>[] callers = new CompletableFuture<?>[4];
      for (int i = 0; i < callers.length; i++) {
        callers[i] = CompletableFuture.runAsync(this::callUntilRefused);
      }

      assertThat(gate.close(Duration.ofSeconds(20))).isTrue();

      assertThatCode(() -> CompletableFuture.allOf(callers).get(10, TimeUnit.SECONDS))
          .doesNotThrowAnyException();
    }

    private void callUntilRefused() {
      try {
        while (true) {
          gate.enter();
          gate.exit();
        }
      } catch (SQLException refused) {
        assertThat(gate.isClosed()).isTrue();
      }
    }
  }
}
