package io.cofferdam.internal.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which smaller numbers are tried, and in which order. */
class DescentTest {

  private final Descent descent = new Descent();

  @Test
  void isByHalfThenByAQuarter() {
    assertThat(descent.next(12)).isEqualTo(6);

    assertThat(descent.hasAnotherAfterRejection(12)).isTrue();
    assertThat(descent.next(12)).isEqualTo(9);
    assertThat(descent.hasAnotherAfterRejection(12)).isFalse();
    assertThat(descent.next(12)).isEqualTo(6);
  }

  @Test
  void isByOneWhereHalfIsNoMoreThanThat() {
    assertThat(descent.next(3)).isEqualTo(2);
    assertThat(descent.hasAnotherAfterRejection(3)).isFalse();
    assertThat(descent.next(2)).isEqualTo(1);
  }

  @Test
  void beginsWithTheNumberThatWasTheBest() {
    descent.restartAfter(2);

    assertThat(descent.next(6)).isEqualTo(2);
    assertThat(descent.hasAnotherAfterRejection(6)).isTrue();
    assertThat(descent.next(6)).isEqualTo(3);
  }

  @Test
  void forgetsANumberThatIsNotLess() {
    descent.restartAfter(6);

    assertThat(descent.next(6)).isEqualTo(3);
  }
}
