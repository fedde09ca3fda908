package io.cofferdam.internal.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SeatsTest {

  private static final class FakeWaiter implements Seats.Waiter {
    int seats;

    @Override
    public void seated() {
      seats++;
    }
  }

  private final Seats seats = new Seats(1);
  private final FakeWaiter first = new FakeWaiter();
  private final FakeWaiter second = new FakeWaiter();
  private final FakeWaiter third = new FakeWaiter();

  @Nested
  class AFreeSeat {

    @Test
    void isTakenAtOnce() {
      assertThat(seats.takeOrWait(first)).isTrue();
      assertThat(first.seats).isZero();
    }

    @Test
    void isFreeAgainWhenItWasLeft() {
      assertThat(seats.takeOrWait(first)).isTrue();
      seats.leave();

      assertThat(seats.takeOrWait(second)).isTrue();
    }
  }

  @Nested
  class WithoutAFreeSeat {

    @Test
    void theLongestWaitingOneIsSeatedWhenSomebodyLeaves() {
      assertThat(seats.takeOrWait(first)).isTrue();
      assertThat(seats.takeOrWait(second)).isFalse();
      assertThat(seats.takeOrWait(third)).isFalse();

      seats.leave();
      assertThat(second.seats).isEqualTo(1);
      assertThat(third.seats).isZero();

      seats.leave();
      assertThat(third.seats).isEqualTo(1);
    }

    @Test
    void aSeatThatWasHandedOnIsNotFree() {
      assertThat(seats.takeOrWait(first)).isTrue();
      assertThat(seats.takeOrWait(second)).isFalse();
      seats.leave();

      assertThat(seats.takeOrWait(third)).isFalse();
    }

    @Test
    void whoeverWithdrawsIsNotSeated() {
      assertThat(seats.takeOrWait(first)).isTrue();
      assertThat(seats.takeOrWait(second)).isFalse();
      assertThat(seats.takeOrWait(third)).isFalse();

      assertThat(seats.withdraw(second)).isTrue();
      seats.leave();

      assertThat(second.seats).isZero();
      assertThat(third.seats).isEqualTo(1);
    }

    @Test
    void whoeverIsSeatedCannotWithdraw() {
      assertThat(seats.takeOrWait(first)).isTrue();
      assertThat(seats.takeOrWait(second)).isFalse();
      seats.leave();

      assertThat(seats.withdraw(second)).isFalse();
    }
  }
}
