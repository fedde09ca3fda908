package io.cofferdam.internal.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RestartIntensityTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final RestartIntensity intensity = new RestartIntensity(() -> 4);

  @Test
  void toleratesAsManyCrashesAMinuteAsItsLimit() {
    for (int i = 0; i < intensity.limit(); i++) {
      assertThat(intensity.crashed(i)).isFalse();
    }
    assertThat(intensity.isDegraded(intensity.limit())).isFalse();
  }

  @Test
  void tellsOnceThatTheLimitWasPassed() {
    crashes(0, intensity.limit());

    assertThat(intensity.crashed(SECOND)).isTrue();
    assertThat(intensity.crashed(SECOND)).isFalse();
    assertThat(intensity.isDegraded(SECOND)).isTrue();
  }

  @Test
  void recoversAMinuteAfterTheCrashesByItself() {
    crashes(SECOND, intensity.limit() + 1);

    assertThat(intensity.isDegraded(60 * SECOND)).isTrue();
    assertThat(intensity.isDegraded(61 * SECOND)).isFalse();
  }

  @Test
  void staysDegradedWhileCrashesGoOn() {
    long now = 0;
    for (int i = 0; i < 1_000; i++) {
      now += SECOND;
      boolean passed = intensity.crashed(now);
      assertThat(passed).isEqualTo(i == intensity.limit());
    }
    assertThat(intensity.isDegraded(now)).isTrue();
  }

  @Test
  void isNeverDegradedByCrashesThatAreFarApart() {
    for (int i = 1; i <= 100; i++) {
      assertThat(intensity.crashed(6 * SECOND * i)).isFalse();
    }
  }

  @Test
  void survivesAClockThatPassesItsLargestValue() {
    crashes(Long.MAX_VALUE - 5, intensity.limit() + 1);

    assertThat(intensity.isDegraded(Long.MIN_VALUE + 30 * SECOND)).isTrue();
    assertThat(intensity.isDegraded(Long.MIN_VALUE + 61 * SECOND)).isFalse();
  }

  @Test
  void countsTheCrashesOfTheLastTenSeconds() {
    crashes(0, 3);
    crashes(5 * SECOND, 2);

    assertThat(intensity.isAbove(4, 9 * SECOND)).isTrue();
    assertThat(intensity.isAbove(5, 9 * SECOND)).isFalse();
    assertThat(intensity.isAbove(2, 10 * SECOND)).isFalse();
    assertThat(intensity.isAbove(1, 14 * SECOND)).isTrue();
    assertThat(intensity.isAbove(0, 15 * SECOND)).isFalse();
  }

  private void crashes(long nowNanos, int count) {
    for (int i = 0; i < count; i++) {
      boolean unused = intensity.crashed(nowNanos);
    }
  }
}
