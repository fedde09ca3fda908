package io.cofferdam.internal.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import io.cofferdam.internal.supervise.Ladder.Step;
import io.cofferdam.internal.task.StopReason;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LadderTest {

  /** Close to the end of the clock, as it may be anywhere. */
  private static final long NOW = Long.MAX_VALUE - seconds(5);

  private static final long DEADLINE = NOW + seconds(30);
  private static final long GRACE = seconds(2);

  private final Ladder ladder = new Ladder(NOW, DEADLINE, GRACE);

  private static long seconds(long seconds) {
    return TimeUnit.SECONDS.toNanos(seconds);
  }

  @Nested
  class BeforeTheWorkerHasBegun {

    @Test
    void waitsForTheTimeInWhichItHasToBegin() {
      assertThat(ladder.due(NOW)).isEqualTo(Step.WAIT);
      assertThat(ladder.nextNanos()).isEqualTo(NOW + Ladder.START_NANOS);
      assertThat(ladder.due(NOW + Ladder.START_NANOS - 1)).isEqualTo(Step.WAIT);
    }

    @Test
    void asksWhetherItHasBegunWhenThatTimeIsOver() {
      assertThat(ladder.due(NOW + Ladder.START_NANOS)).isEqualTo(Step.CHECK_STARTED);
    }

    @Test
    void mayBeGivenMoreTimeButNotForEver() {
      long later = NOW + Ladder.START_NANOS;
      ladder.checkAgain(later);

      assertThat(ladder.due(later)).isEqualTo(Step.WAIT);
      assertThat(ladder.nextNanos()).isEqualTo(later + Ladder.START_NANOS);
      assertThat(ladder.due(later + Ladder.START_NANOS)).isEqualTo(Step.CHECK_STARTED);
      assertThat(ladder.mayStillStart(NOW + Ladder.LAST_START_NANOS - 1)).isTrue();
      assertThat(ladder.mayStillStart(NOW + Ladder.LAST_START_NANOS)).isFalse();
    }

    @Test
    void cancelsAtADeadlineThatComesEarlier() {
      Ladder urgent = new Ladder(NOW, NOW + 10, GRACE);

      assertThat(urgent.nextNanos()).isEqualTo(NOW + 10);
      assertThat(urgent.due(NOW + 10)).isEqualTo(Step.CANCEL);
    }

    @Test
    void stillAsksAfterACancel() {
      ladder.stop(StopReason.CANCELLED);
      ladder.cancelled(NOW);

      assertThat(ladder.nextNanos()).isEqualTo(NOW + Ladder.START_NANOS);
      assertThat(ladder.due(NOW + Ladder.START_NANOS)).isEqualTo(Step.CHECK_STARTED);
    }
  }

  @Nested
  class WhileTheTaskRuns {

    @Test
    void waitsForTheDeadline() {
      ladder.started();

      assertThat(ladder.due(DEADLINE - 1)).isEqualTo(Step.WAIT);
      assertThat(ladder.nextNanos()).isEqualTo(DEADLINE);
      assertThat(ladder.reason()).isNull();
    }

    @Test
    void cancelsAtTheDeadline() {
      ladder.started();

      assertThat(ladder.due(DEADLINE)).isEqualTo(Step.CANCEL);
      assertThat(ladder.reason()).isEqualTo(StopReason.DEADLINE);
    }

    @ParameterizedTest
    @EnumSource(StopReason.class)
    void cancelsAtOnceWhenSomebodyAsksForIt(StopReason reason) {
      ladder.started();
      ladder.stop(reason);

      assertThat(ladder.due(NOW + 1)).isEqualTo(Step.CANCEL);
      assertThat(ladder.reason()).isEqualTo(reason);
    }

    @Test
    void keepsTheFirstReason() {
      ladder.started();
      ladder.stop(StopReason.INTERRUPTED);
      ladder.stop(StopReason.SHUTDOWN);

      assertThat(ladder.due(DEADLINE)).isEqualTo(Step.CANCEL);
      assertThat(ladder.reason()).isEqualTo(StopReason.INTERRUPTED);
    }

    @Test
    void asksForTheCancelUntilItIsTold() {
      ladder.started();

      assertThat(ladder.due(DEADLINE)).isEqualTo(Step.CANCEL);
      assertThat(ladder.due(DEADLINE + 1)).isEqualTo(Step.CANCEL);
    }
  }

  @Nested
  class AfterTheCancel {

    private final long cancelled = NOW + seconds(3);

    @Test
    void waitsForTheGrace() {
      cancel();

      assertThat(ladder.due(cancelled)).isEqualTo(Step.WAIT);
      assertThat(ladder.nextNanos()).isEqualTo(cancelled + GRACE);
      assertThat(ladder.due(cancelled + GRACE - 1)).isEqualTo(Step.WAIT);
    }

    @Test
    void killsWhenTheGraceIsOver() {
      cancel();

      assertThat(ladder.due(cancelled + GRACE)).isEqualTo(Step.KILL);
    }

    @Test
    void doesNotCancelAgainAtTheDeadline() {
      cancel();
      ladder.spare();

      assertThat(ladder.due(DEADLINE)).isEqualTo(Step.WAIT);
    }

    @Test
    void killsAtOnceWithoutAGrace() {
      Ladder impatient = new Ladder(NOW, DEADLINE, 0);
      impatient.started();
      impatient.stop(StopReason.CANCELLED);
      impatient.cancelled(NOW);

      assertThat(impatient.due(NOW)).isEqualTo(Step.KILL);
    }

    private void cancel() {
      ladder.started();
      ladder.stop(StopReason.CANCELLED);
      ladder.cancelled(cancelled);
    }
  }

  @Nested
  class WhileTheWorkerCommits {

    @Test
    void sparesItUntilDeadlineAndGraceAreOver() {
      ladder.started();
      ladder.stop(StopReason.CANCELLED);
      ladder.cancelled(NOW);
      assertThat(ladder.due(NOW + GRACE)).isEqualTo(Step.KILL);
      assertThat(ladder.canSpare(NOW + GRACE)).isTrue();

      ladder.spare();

      assertThat(ladder.due(NOW + GRACE)).isEqualTo(Step.WAIT);
      assertThat(ladder.nextNanos()).isEqualTo(DEADLINE + GRACE);
      assertThat(ladder.due(DEADLINE + GRACE)).isEqualTo(Step.KILL);
    }

    @Test
    void cannotSpareItLonger() {
      assertThat(ladder.canSpare(DEADLINE + GRACE - 1)).isTrue();
      assertThat(ladder.canSpare(DEADLINE + GRACE)).isFalse();
    }
  }

  @Nested
  class AfterTheAnswer {

    @Test
    void givesTheWorkerTimeToBecomeReady() {
      ladder.answered(NOW);
      ladder.yielded();

      assertThat(ladder.due(NOW + Ladder.CLEAN_NANOS - 1)).isEqualTo(Step.WAIT);
      assertThat(ladder.nextNanos()).isEqualTo(NOW + Ladder.CLEAN_NANOS);
      assertThat(ladder.due(NOW + Ladder.CLEAN_NANOS)).isEqualTo(Step.KILL);
    }

    @Test
    void forgetsTheDeadlineAndTheCancel() {
      ladder.stop(StopReason.CANCELLED);
      ladder.cancelled(NOW);
      ladder.answered(NOW + 1);
      ladder.yielded();

      assertThat(ladder.due(NOW + GRACE)).isEqualTo(Step.WAIT);
    }

    @Test
    void offersTheSeatOfAWorkerThatIsNotReadySoon() {
      ladder.answered(NOW);

      assertThat(ladder.due(NOW + Ladder.YIELD_NANOS - 1)).isEqualTo(Step.WAIT);
      assertThat(ladder.nextNanos()).isEqualTo(NOW + Ladder.YIELD_NANOS);
      assertThat(ladder.due(NOW + Ladder.YIELD_NANOS)).isEqualTo(Step.YIELD);

      ladder.yielded();
      assertThat(ladder.due(NOW + Ladder.YIELD_NANOS)).isEqualTo(Step.WAIT);
    }

    @Test
    void givesMoreTimeWithEveryAttemptToConnect() {
      ladder.answered(NOW);
      ladder.yielded();
      ladder.connecting(NOW + seconds(15));

      assertThat(ladder.due(NOW + Ladder.CLEAN_NANOS)).isEqualTo(Step.WAIT);
      assertThat(ladder.due(NOW + seconds(15) + Ladder.CLEAN_NANOS)).isEqualTo(Step.KILL);
    }
  }
}
