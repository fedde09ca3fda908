package io.cofferdam;

import static org.assertj.core.api.Assertions.assertThat;

import io.cofferdam.TransactionException.Details;
import java.sql.SQLException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OutcomeTest {

  private static TransactionException told(Outcome outcome) {
    return new TransactionTimeoutException("told", Details.of(outcome), null);
  }

  @Nested
  class OfWhatTheExecutorReports {

    @ParameterizedTest
    @EnumSource(Outcome.class)
    void isWhatItSays(Outcome outcome) {
      assertThat(Outcome.of(told(outcome))).isEqualTo(outcome);
    }

    @ParameterizedTest
    @EnumSource(Outcome.class)
    void isWhatItSaysInsideWhatAFutureThrows(Outcome outcome) {
      assertThat(Outcome.of(new CompletionException(told(outcome)))).isEqualTo(outcome);
      assertThat(Outcome.of(new ExecutionException(told(outcome)))).isEqualTo(outcome);
      assertThat(Outcome.of(new ExecutionException(new CompletionException(told(outcome)))))
          .isEqualTo(outcome);
    }

    @Test
    void isWhatItSaysWhateverItsCauseSays() {
      TransactionException outer = new WorkerStartException("outer", "", told(Outcome.COMMITTED));

      assertThat(Outcome.of(outer)).isEqualTo(Outcome.NOT_STARTED);
    }
  }

  @Nested
  class OfACancelledFuture {

    @Test
    void isAmongTheSuppressed() {
      assertThat(Outcome.of(cancellation())).isEqualTo(Outcome.NOT_STARTED);
    }

    @Test
    void isAmongTheSuppressedOfTheCause() {
      CancellationException outer = new CancellationException("get");
      outer.initCause(cancellation());

      assertThat(Outcome.of(outer)).isEqualTo(Outcome.NOT_STARTED);
      assertThat(Outcome.of(new CompletionException(cancellation())))
          .isEqualTo(Outcome.NOT_STARTED);
    }

    private CancellationException cancellation() {
      CancellationException cancellation = new CancellationException("cancelled");
      cancellation.addSuppressed(told(Outcome.NOT_STARTED));
      return cancellation;
    }
  }

  @Nested
  class OfTheTasksOwnException {

    @Test
    void isRolledBack() {
      assertThat(Outcome.of(new SQLException("full"))).isEqualTo(Outcome.ROLLED_BACK);
      assertThat(Outcome.of(new IllegalStateException(told(Outcome.COMMITTED))))
          .isEqualTo(Outcome.ROLLED_BACK);
      assertThat(Outcome.of(new ExecutionException(new SQLException("full"))))
          .isEqualTo(Outcome.ROLLED_BACK);
    }

    @Test
    void isRolledBackWhateverElseIsSuppressed() {
      SQLException own = new SQLException("full");
      own.addSuppressed(new IllegalStateException());

      assertThat(Outcome.of(own)).isEqualTo(Outcome.ROLLED_BACK);
    }

    @Test
    void isRolledBackWhateverAnEarlierAttemptEndedWith() {
      SQLException own = new SQLException("full");
      own.addSuppressed(told(Outcome.NOT_STARTED));

      assertThat(Outcome.of(own)).isEqualTo(Outcome.ROLLED_BACK);
    }

    @Test
    void isUnknownWhenPartOfItMayBeCommitted() {
      SQLException own = new SQLException("full");
      own.addSuppressed(new IllegalStateException());
      own.addSuppressed(new PartialCommitException("after DDL", Details.of(Outcome.UNKNOWN)));

      assertThat(Outcome.of(own)).isEqualTo(Outcome.UNKNOWN);
      assertThat(Outcome.of(new CompletionException(own))).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void isUnknownWhenPartOfItMayBeCommittedThoughItLooksLikeAFutures() {
      Throwable own = new CompletionException(new SQLException("inside the task"));
      own.addSuppressed(new PartialCommitException("after DDL", Details.of(Outcome.UNKNOWN)));

      assertThat(Outcome.of(own)).isEqualTo(Outcome.UNKNOWN);
      assertThat(Outcome.of(new ExecutionException(own))).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void isFoundThoughItsCausesGoInACircle() {
      CancellationException one = new CancellationException("one");
      CancellationException other = new CancellationException("other");
      one.initCause(other);
      other.initCause(one);

      assertThat(Outcome.of(one)).isEqualTo(Outcome.ROLLED_BACK);
    }

    @Test
    void isRolledBackWhenAFuturesExceptionHasNoCause() {
      assertThat(Outcome.of(new CancellationException())).isEqualTo(Outcome.ROLLED_BACK);
    }
  }
}
