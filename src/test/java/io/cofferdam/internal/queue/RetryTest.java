package io.cofferdam.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.cofferdam.Outcome;
import io.cofferdam.RetryPolicy;
import io.cofferdam.RetryPolicy.Cause;
import io.cofferdam.internal.task.Answer;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RetryTest {

  private static final RetryPolicy THREE =
      RetryPolicy.attempts(3).backoff(Duration.ofMillis(10), Duration.ofMillis(35));

  private static Answer failed(Outcome outcome, @Nullable Cause cause) {
    return new Answer.TaskFailed(outcome, cause, new byte[0], "worker");
  }

  private static boolean isRetried(RetryPolicy policy, Answer failed, int attempts) {
    return Retry.at(policy, failed, attempts, Tasks.inOneHour()).isPresent();
  }

  @Nested
  class AnotherAttempt {

    @ParameterizedTest
    @EnumSource
    void isMadeForEachCauseOfThePolicy(Cause cause) {
      assertThat(isRetried(THREE, failed(Outcome.ROLLED_BACK, cause), 1)).isTrue();
      assertThat(isRetried(THREE.on(cause), failed(Outcome.ROLLED_BACK, cause), 1)).isTrue();
    }

    @Test
    void isNotMadeForOtherCausesOrForNone() {
      RetryPolicy policy = THREE.on(Cause.DEADLOCK, Cause.WORKER_CRASH);

      assertThat(isRetried(policy, failed(Outcome.ROLLED_BACK, Cause.CONNECTION_LOST), 1))
          .isFalse();
      assertThat(isRetried(THREE, failed(Outcome.ROLLED_BACK, null), 1)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"NOT_STARTED, true", "ROLLED_BACK, true", "COMMITTED, false", "UNKNOWN, false"})
    void isMadeOnlyIfNothingRemains(Outcome outcome, boolean retried) {
      assertThat(isRetried(THREE, failed(outcome, Cause.DEADLOCK), 1)).isEqualTo(retried);
    }

    @Test
    void isMadeUntilAllAttemptsAreUsedUp() {
      Answer failed = failed(Outcome.ROLLED_BACK, Cause.DEADLOCK);

      assertThat(isRetried(THREE, failed, 2)).isTrue();
      assertThat(isRetried(THREE, failed, 3)).isFalse();
    }

    @Test
    void isMadeOnlyIfItBeginsBeforeTheDeadline() {
      Answer failed = failed(Outcome.ROLLED_BACK, Cause.DEADLOCK);
      long now = System.nanoTime();

      assertThat(Retry.at(THREE, failed, 1, now)).isEmpty();
      assertThat(Retry.at(THREE, failed, 1, now + TimeUnit.HOURS.toNanos(1)).orElseThrow() - now)
          .isBetween(0L, TimeUnit.MINUTES.toNanos(1));
    }
  }

  @Nested
  class TheBackoff {

    @ParameterizedTest
    @CsvSource({"1, 10", "2, 20", "3, 35", "4, 35", "99, 35"})
    void isARandomTimeUpToALimitThatDoubles(int attempts, long limitMillis) {
      RandomGenerator random = new SplittableRandom(7);
      long limit = TimeUnit.MILLISECONDS.toNanos(limitMillis);
      long longest = 0;
      long shortest = limit;
      for (int i = 0; i < 1_000; i++) {
        long backoff = Retry.backoffNanos(THREE, attempts, random);
        longest = Math.max(longest, backoff);
        shortest = Math.min(shortest, backoff);
      }

      assertThat(longest).isBetween(limit * 9 / 10, limit);
      assertThat(shortest).isBetween(0L, limit / 10);
    }

    @Test
    void mayBeVeryLong() {
      RetryPolicy weeks = RetryPolicy.attempts(100).backoff(Duration.ofDays(6), Duration.ofDays(7));

      assertThat(Retry.backoffNanos(weeks, 99, new SplittableRandom(7)))
          .isBetween(0L, Duration.ofDays(7).toNanos());
    }
  }
}
