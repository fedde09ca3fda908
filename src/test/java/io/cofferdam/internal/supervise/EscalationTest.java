package io.cofferdam.internal.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import io.cofferdam.internal.supervise.Escalation.Step;
import io.cofferdam.internal.task.StopReason;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EscalationTest {

  /** Close to the end of the clock, as it may be anywhere. */
  private static final long NOW = Long.MAX_VALUE - seconds(5);

  private static final long DEADLINE = NOW + seconds(30);
  private static final long GRACE = seconds(2);

  private final Escalation escalation = new Escalation(NOW, DEADLINE, GRACE);

  private static long seconds(long seconds) {
    return TimeUnit.SECONDS.toNanos(seconds);
  }

  @Nested
  class BeforeTheWorkerHasBegun {

    @Test
    void waitsForTheTimeInWhichItHasToBegin() {
      assertThat(escalation.due(NOW)).isEqualTo(Step.WAIT);
      assertThat(escalation.nextNanos()).isEqualTo(NOW + Escalation.START_NANOS);
      assertThat(escalation.due(NOW + Escalation.START_NANOS - 1)).isEqualTo(Step.WAIT);
    }

    @Test
    void asksWhetherItHasBegunWhenThatTimeIsOver() {
      assertThat(escalation.due(NOW + Escalation.START_NANOS)).isEqualTo(Step.CHECK_STARTED);
    }

    @Test
    void mayBeGivenMoreTimeButNotForEver() {
      long later = NOW + Escalation.START_NANOS;
      escalation.checkAgain(later);

      assertThat(escalation.due(later)).isEqualTo(Step.WAIT);
      assertThat(escalation.nextNanos()).isEqualTo(later + Escalation.START_NANOS);
      assertThat(escalation.due(later + Escalation.START_NANOS)).isEqualTo(Step.CHECK_STARTED);
      assertThat(escalation.mayStillStart(NOW + Escalation.LAST_START_NANOS - 1)).isTrue();
      assertThat(escalation.mayStillStart(NOW + Escalation.LAST_START_NANOS)).isFalse();
    }

    @Test
    void cancelsAtADeadlineThatComesEarlier() {
      Escalation urgent = new Escalation(NOW, NOW + 10, GRACE);

      assertThat(urgent.nextNanos()).isEqualTo(NOW + 10);
      assertThat(urgent.due(NOW + 10)).isEqualTo(Step.CANCEL);
    }

    @Test
    void stillAsksAfterACancel() {
      escalation.stop(StopReason.CANCELLED);
      escalation.cancelled(NOW);

      assertThat(escalation.nextNanos()).isEqualTo(NOW + Escalation.START_NANOS);
      assertThat(escalation.due(NOW + Escalation.START_NANOS)).isEqualTo(Step.CHECK_STARTED);
    }
  }

  @Nested
  class WhileTheTaskRuns {

    @Test
    void waitsForTheDeadline() {
      escalation.started();

      assertThat(escalation.due(DEADLINE - 1)).isEqualTo(Step.WAIT);
      assertThat(escalation.nextNanos()).isEqualTo(DEADLINE);
      assertThat(escalation.reason()).isNull();
    }

    @Test
    void cancelsAtTheDeadline() {
      escalation.started();

      assertThat(escalation.due(DEADLINE)).isEqualTo(Step.CANCEL);
      assertThat(escalation.reason()).isEqualTo(StopReason.DEADLINE);
    }

    @ParameterizedTest
    @EnumSource(StopReason.class)
    void cancelsAtOnceWhenSomebodyAsksForIt(StopReason reason) {
      escalation.started();
      escalation.stop(reason);

      assertThat(escalation.due(NOW + 1)).isEqualTo(Step.CANCEL);
      assertThat(escalation.reason()).isEqualTo(reason);
    }

    @Test
    void keepsTheFirstReason() {
      escalation.started();
      escalation.stop(StopReason.INTERRUPTED);
      escalation.stop(StopReason.SHUTDOWN);

      assertThat(escalation.due(DEADLINE)).isEqualTo(Step.CANCEL);
      assertThat(escalation.reason()).isEqualTo(StopReason.INTERRUPTED);
    }

    @Test
    void asksForTheCancelUntilItIsTold() {
      escalation.started();

      assertThat(escalation.due(DEADLINE)).isEqualTo(Step.CANCEL);
      assertThat(escalation.due(DEADLINE + 1)).isEqualTo(Step.CANCEL);
    }
  }

  @Nested
  class AfterTheCancel {

    private final long cancelled = NOW + seconds(3);

    @Test
    void waitsForTheGrace() {
      cancel();

      assertThat(escalation.due(cancelled)).isEqualTo(Step.WAIT);
      assertThat(escalation.nextNanos()).isEqualTo(cancelled + GRACE);
      assertThat(escalation.due(cancelled + GRACE - 1)).isEqualTo(Step.WAIT);
    }

    @Test
    void killsWhenTheGraceIsOver() {
      cancel();

      assertThat(escalation.due(cancelled + GRACE)).isEqualTo(Step.KILL);
    }

    @Test
    void doesNotCancelAgainAtTheDeadline() {
      cancel();
      escalation.spare();

      assertThat(escalation.due(DEADLINE)).isEqualTo(Step.WAIT);
    }

    @Test
    void killsAtOnceWithoutAGrace() {
      Escalation impatient = new Escalation(NOW, DEADLINE, 0);
      impatient.started();
      impatient.stop(StopReason.CANCELLED);
      impatient.cancelled(NOW);

      assertThat(impatient.due(NOW)).isEqualTo(Step.KILL);
    }

    private void cancel() {
      escalation.started();
      escalation.stop(StopReason.CANCELLED);
      escalation.cancelled(cancelled);
    }
  }

  @Nested
  class WhileTheWorkerCommits {

    @Test
    void sparesItUntilDeadlineAndGraceAreOver() {
      escalation.started();
      escalation.stop(StopReason.CANCELLED);
      escalation.cancelled(NOW);
      assertThat(escalation.due(NOW + GRACE)).isEqualTo(Step.KILL);
      assertThat(escalation.canSpare(NOW + GRACE)).isTrue();

      escalation.spare();

      assertThat(escalation.due(NOW + GRACE)).isEqualTo(Step.WAIT);
      assertThat(escalation.nextNanos()).isEqualTo(DEADLINE + GRACE);
      assertThat(escalation.due(DEADLINE + GRACE)).isEqualTo(Step.KILL);
    }

    @Test
    void cannotSpareItLonger() {
      assertThat(escalation.canSpare(DEADLINE + GRACE - 1)).isTrue();
      assertThat(escalation.canSpare(DEADLINE + GRACE)).isFalse();
    }
  }

  @Nested
  class AfterTheAnswer {

    @Test
    void givesTheWorkerTimeToBecomeReady() {
      escalation.answered(NOW);
      escalation.yielded();

      assertThat(escalation.due(NOW + Escalation.CLEAN_NANOS - 1)).isEqualTo(Step.WAIT);
      assertThat(escalation.nextNanos()).isEqualTo(NOW + Escalation.CLEAN_NANOS);
      assertThat(escalation.due(NOW + Escalation.CLEAN_NANOS)).isEqualTo(Step.KILL);
    }

    @Test
    void forgetsTheDeadlineAndTheCancel() {
      escalation.stop(StopReason.CANCELLED);
      escalation.cancelled(NOW);
      escalation.answered(NOW + 1);
      escalation.yielded();

      assertThat(escalation.due(NOW + GRACE)).isEqualTo(Step.WAIT);
    }

    @Test
    void offersTheSeatOfAWorkerThatIsNotReadySoon() {
      escalation.answered(NOW);

      assertThat(escalation.due(NOW + Escalation.YIELD_NANOS - 1)).isEqualTo(Step.WAIT);
      assertThat(escalation.nextNanos()).isEqualTo(NOW + Escalation.YIELD_NANOS);
      assertThat(escalation.due(NOW + Escalation.YIELD_NANOS)).isEqualTo(Step.YIELD);

      escalation.yielded();
      assertThat(escalation.due(NOW + Escalation.YIELD_NANOS)).isEqualTo(Step.WAIT);
    }

    @Test
    void givesMoreTimeWithEveryAttemptToConnect() {
      escalation.answered(NOW);
      escalation.yielded();
      escalation.connecting(NOW + seconds(15));

      assertThat(escalation.due(NOW + Escalation.CLEAN_NANOS)).isEqualTo(Step.WAIT);
      assertThat(escalation.due(NOW + seconds(15) + Escalation.CLEAN_NANOS)).isEqualTo(Step.KILL);
    }
  }
}
