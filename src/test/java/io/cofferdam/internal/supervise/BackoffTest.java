package io.cofferdam.internal.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BackoffTest {

  private final Backoff backoff = new Backoff(new SplittableRandom(1));

  private static long millis(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  @Test
  void doesNotDelayAWorkerWhoseSlotHasNotFailed() {
    assertThat(backoff.nextDelayNanos(false)).isZero();
  }

  @Test
  void doublesWithEachFailureUpToALimit() {
    for (long most : new long[] {100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000}) {
      backoff.failed();
      assertThat(backoff.nextDelayNanos(false)).isBetween(millis(most) / 2, millis(most));
    }
  }

  @Test
  void staysWithinItsLimitHoweverOftenItFails() {
    for (int i = 0; i < 1_000; i++) {
      backoff.failed();
      assertThat(backoff.nextDelayNanos(false)).isBetween(1L, millis(10_000));
    }
  }

  @Test
  void beginsAnewAfterWork() {
    backoff.failed();
    backoff.failed();

    backoff.worked();

    assertThat(backoff.nextDelayNanos(false)).isZero();
  }

  @Test
  void delaysAboutASecondWhileTheExecutorIsDegraded() {
    assertThat(backoff.nextDelayNanos(true)).isBetween(millis(500), millis(1_000));
  }

  @Test
  void doesNotShortenALongerDelayWhileTheExecutorIsDegraded() {
    for (int i = 0; i < 20; i++) {
      backoff.failed();
    }

    assertThat(backoff.nextDelayNanos(true)).isBetween(millis(5_000), millis(10_000));
  }

  @Test
  void doesNotLetTwoSlotsStartInStep() {
    List<Long> delays = new ArrayList<>();
    for (int slot = 0; slot < 20; slot++) {
      Backoff one = new Backoff(new SplittableRandom(slot));
      one.failed();
      delays.add(one.nextDelayNanos(false));
    }

    assertThat(delays).doesNotHaveDuplicates();
  }
}
