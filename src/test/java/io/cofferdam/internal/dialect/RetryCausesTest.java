package io.cofferdam.internal.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.cofferdam.RetryPolicy.Cause;
import io.cofferdam.internal.dialect.registry.Dialects;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RetryCausesTest {

  private static final Failures POSTGRESQL =
      Dialects.forUrl("jdbc:postgresql://host/bank").failures();

  private static @Nullable Cause find(@Nullable Throwable failure) {
    return RetryCauses.find(POSTGRESQL, failure, false);
  }

  @Nested
  class ACause {

    private final SQLException deadlock = new SQLException("deadlock", "40P01");

    @Test
    void isFoundAtTheTop() {
      assertThat(find(deadlock)).isEqualTo(Cause.DEADLOCK);
    }

    @Test
    void isFoundInWhatTheTaskHasWrapped() {
      Throwable wrapped = new IllegalStateException(new RuntimeException("more", deadlock));

      assertThat(find(wrapped)).isEqualTo(Cause.DEADLOCK);
    }

    @Test
    void isFoundAmongTheNextExceptions() {
      SQLException batch = new BatchUpdateException("batch", "HY000", 0, new int[0]);
      batch.setNextException(new SQLException("other", "22000"));
      batch.setNextException(deadlock);

      assertThat(find(new IllegalStateException(batch))).isEqualTo(Cause.DEADLOCK);
    }

    @Test
    void isFoundBelowASqlExceptionThatSaysNothing() {
      assertThat(find(new SQLException("aborted", "25P02", deadlock))).isEqualTo(Cause.DEADLOCK);
    }

    @Test
    void isTheFirstOnTheWayDown() {
      assertThat(find(new SQLException("gone", "08006", deadlock)))
          .isEqualTo(Cause.CONNECTION_LOST);
    }

    @Test
    void isNotLookedForAmongTheSuppressed() {
      IllegalStateException own = new IllegalStateException();
      own.addSuppressed(deadlock);

      assertThat(find(own)).isNull();
    }
  }

  @Nested
  class ADeadConnection {

    @Test
    void explainsASqlExceptionThatNobodyKnows() {
      Throwable failure = new IllegalStateException(new SQLException("closed", "90067"));

      assertThat(RetryCauses.find(POSTGRESQL, failure, true)).isEqualTo(Cause.CONNECTION_LOST);
      assertThat(find(failure)).isNull();
    }

    @Test
    void explainsNothingElse() {
      Throwable failure = new IllegalStateException("no such account");

      assertThat(RetryCauses.find(POSTGRESQL, failure, true)).isNull();
      assertThat(RetryCauses.find(POSTGRESQL, null, true)).isNull();
    }
  }

  @Nested
  class AnOddException {

    @Test
    void mayGoInACircle() {
      SQLException one = new SQLException("one");
      IllegalStateException other = new IllegalStateException("other", one);
      one.initCause(other);

      assertThat(find(one)).isNull();
    }

    @Test
    void mayBeVeryDeep() {
      Throwable failure = new SQLException("deadlock", "40P01");
      for (int i = 0; i < 100_000; i++) {
        failure = new RuntimeException("deeper", failure, false, false) {};
      }

      assertThat(find(failure)).isNull();
    }

    @Test
    void mayThrowByItself() {
      Throwable broken =
          new RuntimeException("broken") {
            private static final long serialVersionUID = 1L;

            @Override
            public synchronized Throwable getCause() {
              throw new UnsupportedOperationException("getCause");
            }
          };

      assertThat(find(new IllegalStateException(broken))).isNull();
    }
  }
}
