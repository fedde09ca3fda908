package io.cofferdam.benchmarks.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Waiting in an ideal queue, against what can be computed by hand. */
class ErlangCTest {

  @Test
  void knowsHowManyWait() {
    assertThat(ErlangC.waiting(1, 0.8)).isCloseTo(0.8, within(1e-12));
    assertThat(ErlangC.waiting(2, 0.5)).isCloseTo(1.0 / 3, within(1e-12));
  }

  @Test
  void knowsHowLong() {
    double rate = 1_000;
    double serviceSeconds = 0.8 / rate;

    assertThat(ErlangC.quantile(0.99, 1, 0.8, rate))
        .isCloseTo(Math.log(80) * serviceSeconds / 0.2, within(1e-12));
    assertThat(ErlangC.quantile(0.3, 1, 0.8, rate)).isGreaterThan(0);
    assertThat(ErlangC.quantile(0.1, 1, 0.8, rate)).isZero();
  }
}
