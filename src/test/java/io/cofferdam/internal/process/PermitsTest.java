package io.cofferdam.internal.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PermitsTest {

  private static final class FakeWaiter implements Permits.Waiter {
    int permits;

    @Override
    public void granted() {
      permits++;
    }
  }

  private final Permits permits = new Permits(1);
  private final FakeWaiter first = new FakeWaiter();
  private final FakeWaiter second = new FakeWaiter();
  private final FakeWaiter third = new FakeWaiter();

  @Nested
  class AFreePermit {

    @Test
    void isTakenAtOnce() {
      assertThat(permits.takeOrWait(first)).isTrue();
      assertThat(first.permits).isZero();
    }

    @Test
    void isFreeAgainWhenItWasLeft() {
      assertThat(permits.takeOrWait(first)).isTrue();
      permits.release();

      assertThat(permits.takeOrWait(second)).isTrue();
    }
  }

  @Nested
  class WithoutAFreePermit {

    @Test
    void theLongestWaitingOneIsSeatedWhenSomebodyLeaves() {
      assertThat(permits.takeOrWait(first)).isTrue();
      assertThat(permits.takeOrWait(second)).isFalse();
      assertThat(permits.takeOrWait(third)).isFalse();

      permits.release();
      assertThat(second.permits).isEqualTo(1);
      assertThat(third.permits).isZero();

      permits.release();
      assertThat(third.permits).isEqualTo(1);
    }

    @Test
    void aSeatThatWasHandedOnIsNotFree() {
      assertThat(permits.takeOrWait(first)).isTrue();
      assertThat(permits.takeOrWait(second)).isFalse();
      permits.release();

      assertThat(permits.takeOrWait(third)).isFalse();
    }

    @Test
    void whoeverWithdrawsIsNotSeated() {
      assertThat(permits.takeOrWait(first)).isTrue();
      assertThat(permits.takeOrWait(second)).isFalse();
      assertThat(permits.takeOrWait(third)).isFalse();

      assertThat(permits.withdraw(second)).isTrue();
      permits.release();

      assertThat(second.permits).isZero();
      assertThat(third.permits).isEqualTo(1);
    }

    @Test
    void whoeverIsSeatedCannotWithdraw() {
      assertThat(permits.takeOrWait(first)).isTrue();
      assertThat(permits.takeOrWait(second)).isFalse();
      permits.release();

      assertThat(permits.withdraw(second)).isFalse();
    }
  }

  @Nested
  class MorePermits {

    @Test
    void goToThoseThatHaveWaitedLongest() {
      assertThat(permits.takeOrWait(first)).isTrue();
      assertThat(permits.takeOrWait(second)).isFalse();
      assertThat(permits.takeOrWait(third)).isFalse();

      permits.resize(2);

      assertThat(permits.count()).isEqualTo(2);
      assertThat(second.permits).isEqualTo(1);
      assertThat(third.permits).isZero();
    }

    @Test
    void areFreeIfNobodyWaits() {
      permits.resize(2);

      assertThat(permits.takeOrWait(first)).isTrue();
      assertThat(permits.takeOrWait(second)).isTrue();
      assertThat(permits.takeOrWait(third)).isFalse();
    }
  }

  @Nested
  class FewerPermits {

    @BeforeEach
    void takeTwo() {
      permits.resize(2);
      assertThat(permits.takeOrWait(first)).isTrue();
      assertThat(permits.takeOrWait(second)).isTrue();
      assertThat(permits.isOverdrawn()).isFalse();
    }

    @Test
    void areOverdrawnUntilOneHasComeBack() {
      permits.resize(1);
      assertThat(permits.isOverdrawn()).isTrue();

      permits.release();
      assertThat(permits.isOverdrawn()).isFalse();
    }

    @Test
    void areNotGivenOnAsLongAsThereAreTooMany() {
      assertThat(permits.takeOrWait(third)).isFalse();
      permits.resize(1);

      permits.release();
      assertThat(third.permits).isZero();

      permits.release();
      assertThat(third.permits).isEqualTo(1);
    }

    @Test
    void areNotOverdrawnOnceThereAreMoreAgain() {
      assertThat(permits.takeOrWait(third)).isFalse();
      permits.resize(1);

      permits.resize(3);

      assertThat(permits.isOverdrawn()).isFalse();
      assertThat(third.permits).isEqualTo(1);
    }

    @Test
    void areTakenFromThoseThatAreFree() {
      permits.release();

      permits.resize(1);

      assertThat(permits.isOverdrawn()).isFalse();
      assertThat(permits.takeOrWait(third)).isFalse();
    }
  }
}
