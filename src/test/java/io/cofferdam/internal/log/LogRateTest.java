package io.cofferdam.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LogRateTest {

  private final LogRate rate = new LogRate(2, 10, TimeUnit.SECONDS);

  private static long at(long seconds) {
    return TimeUnit.SECONDS.toNanos(seconds) - 1_000_000;
  }

  @Test
  void admitsSoManyInAPeriodAndCountsTheOthers() {
    assertThat(rate.admits(at(1))).isTrue();
    assertThat(rate.admits(at(2))).isTrue();
    assertThat(rate.admits(at(3))).isFalse();
    assertThat(rate.admits(at(10))).isFalse();

    assertThat(rate.admits(at(11))).isTrue();
    assertThat(rate.takeLeftOut()).isEqualTo(2);
    assertThat(rate.takeLeftOut()).isZero();
  }
}
