package io.cofferdam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.cofferdam.RetryPolicy.Cause;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryPolicyTest {

  private final RetryPolicy three = RetryPolicy.attempts(3);

  @Test
  void retriesAfterEveryCauseByDefault() {
    assertThat(three.attempts()).isEqualTo(3);
    assertThat(three.causes()).containsExactly(Cause.values());
    assertThat(three.firstBackoff()).isEqualTo(Duration.ofMillis(10));
    assertThat(three.maxBackoff()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void keepsWhatWasSetBefore() {
    RetryPolicy policy =
        three.backoff(Duration.ofMillis(1), Duration.ofMillis(2)).on(Cause.DEADLOCK);

    assertThat(policy)
        .hasToString("RetryPolicy[attempts=3, backoff=PT0.001S..PT0.002S, causes=[DEADLOCK]]");
    assertThat(policy.backoff(Duration.ofMillis(5), Duration.ofMillis(5)).causes())
        .containsExactly(Cause.DEADLOCK);
  }

  @Test
  void doesNotChange() {
    RetryPolicy other = three.on(Cause.WORKER_CRASH);

    assertThat(other).isNotSameAs(three);
    assertThat(three.causes()).hasSize(4);
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> other.causes().add(Cause.DEADLOCK));
  }

  @Nested
  class ItsAttempts {

    @ParameterizedTest
    @ValueSource(ints = {2, 100})
    void mayBeFromTwoToAHundred(int total) {
      assertThat(RetryPolicy.attempts(total).attempts()).isEqualTo(total);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1, 101})
    void areRefusedOutsideOfThat(int total) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> RetryPolicy.attempts(total))
          .withMessage(
              "attempts is " + total + "; it must be from 2 to 100, the first one included");
    }
  }

  @Nested
  class ItsBackoff {

    @ParameterizedTest
    @CsvSource({"PT0.001S, PT0.001S", "PT0.001S, P7D", "P7D, P7D"})
    void mayBeFromAMillisecondToAWeek(Duration first, Duration max) {
      RetryPolicy policy = three.backoff(first, max);

      assertThat(policy.firstBackoff()).isEqualTo(first);
      assertThat(policy.maxBackoff()).isEqualTo(max);
    }

    @ParameterizedTest
    @CsvSource({"PT0S, PT1S", "PT0.0009S, PT1S", "PT2S, PT1S", "PT1S, PT168H0.001S"})
    void isRefusedOutsideOfThat(Duration first, Duration max) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> three.backoff(first, max))
          .withMessageStartingWith("backoff is " + first + " to " + max + "; it must be from 1 ms");
    }
  }

  @Nested
  class ItsCauses {

    @Test
    void replaceThoseBefore() {
      assertThat(three.on(Cause.DEADLOCK, Cause.WORKER_CRASH, Cause.DEADLOCK).causes())
          .containsExactly(Cause.DEADLOCK, Cause.WORKER_CRASH);
      assertThat(three.on(Cause.DEADLOCK).on(Cause.CONNECTION_LOST).causes())
          .containsExactly(Cause.CONNECTION_LOST);
    }

    @Test
    void mustBeSome() {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> three.on())
          .withMessage("on() needs at least one cause");
    }

    @Test
    @SuppressWarnings("NullAway")
    void mustNotBeNull() {
      assertThatNullPointerException()
          .isThrownBy(() -> three.on(Cause.DEADLOCK, null))
          .withMessage("causes[1] is null");
      assertThatNullPointerException()
          .isThrownBy(() -> three.on((Cause[]) null))
          .withMessage("causes is null");
    }
  }
}
