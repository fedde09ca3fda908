package io.cofferdam.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.cofferdam.ExecutorSnapshot.ConcurrencyReason;
import io.cofferdam.internal.concurrency.ConcurrencyLimit;
import io.cofferdam.internal.task.ClientQueue;
import io.cofferdam.internal.task.PendingTask;
import io.cofferdam.internal.task.Question;
import io.cofferdam.internal.task.SubmittedTask;
import io.cofferdam.internal.wire.FrameType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** How many tasks run at a time, and who is given one. */
class PlacesTest {

  /** A limit that a test sets, which keeps what it is told. */
  private static final class SetLimit implements ConcurrencyLimit {
    int limit = 2;
    long overdueNanos = Long.MAX_VALUE / 4;
    final List<Boolean> successes = new ArrayList<>();
    int overdue;

    @Override
    public int limit() {
      return limit;
    }

    @Override
    public int chosen() {
      return limit;
    }

    @Override
    public ConcurrencyReason reason() {
      return ConcurrencyReason.FIXED;
    }

    @Override
    public long overdueNanos() {
      return overdueNanos;
    }

    @Override
    public void completed(long nowNanos, long tookNanos, boolean succeeded, Others others) {
      successes.add(succeeded);
    }

    @Override
    public void overdue(long nowNanos, int tasks) {
      overdue = tasks;
    }

    @Override
    public void resize(long nowNanos, int workers) {
      limit = workers;
    }
  }

  private final SetLimit limit = new SetLimit();
  private final Tasks tasks = new Tasks(limit);
  private final FairQueue queue = tasks.queue();
  private final ClientQueue client = new ClientQueue("a");
  private final FakeTaker first = new FakeTaker(queue);
  private final FakeTaker second = new FakeTaker(queue);
  private final FakeTaker third = new FakeTaker(queue);

  private SubmittedTask offered() {
    SubmittedTask task = tasks.submitted(client);
    assertThat(Tasks.offer(queue, task)).isNull();
    return task;
  }

  private void allIdle() {
    assertThat(queue.take(first)).isNull();
    assertThat(queue.take(second)).isNull();
    assertThat(queue.take(third)).isNull();
  }

  @Nested
  class AtTheLimit {

    private final PendingTask one;
    private final PendingTask two;
    private final PendingTask three;

    AtTheLimit() {
      allIdle();
      one = offered();
      two = offered();
      three = offered();
    }

    @Test
    void aTaskWaitsThoughATakerIsIdle() {
      assertThat(third.handed).containsExactly(one);
      assertThat(second.handed).containsExactly(two);
      assertThat(first.handed).isEmpty();
      assertThat(queue.size()).isOne();
    }

    @Test
    void theTakerThatIsReadyIsGivenTheNext() {
      assertThat(queue.take(second)).isSameAs(three);
    }

    @Test
    void anotherTakerIsGivenItIfOneIsReleased() {
      queue.release(second);

      assertThat(first.handed).containsExactly(three);
    }

    @Test
    void aReleaseCountsOnce() {
      PendingTask four = offered();
      queue.release(second);
      queue.release(second);

      assertThat(first.handed).containsExactly(three);
      assertThat(queue.take(second)).isNull();
      assertThat(queue.take(third)).isSameAs(four);
    }

    @Test
    void aTaskThatIsOverdueTakesNobodysPlace() {
      queue.late(second);

      assertThat(limit.overdue).isOne();
      assertThat(first.handed).containsExactly(three);
    }

    @Test
    void aTaskThatWasOverdueCountsNoMoreWhenItEnds() {
      PendingTask four = offered();
      queue.late(second);

      assertThat(queue.take(second)).as("two others run").isNull();
      assertThat(queue.take(third)).isSameAs(four);
    }

    @Test
    void aQuestionIsNotHeldBack() {
      Question question =
          new Question(
              FrameType.PURGE,
              new byte[0],
              new Question.Listener() {
                @Override
                public void replied(byte[] reply) {}

                @Override
                public void unanswered() {}
              });

      assertThat(queue.offer(question)).isTrue();

      assertThat(first.handed).containsExactly(question);
    }

    @Test
    void moreTasksRunAtOnceIfItRises() {
      queue.resize(3);

      assertThat(first.handed).containsExactly(three);
    }

    @Test
    void noneIsGivenUntilItFitsIfItFalls() {
      queue.resize(1);

      assertThat(queue.take(second)).isNull();
      assertThat(queue.take(third)).isSameAs(three);
    }

    @Test
    void itIsToldWhatHasSucceeded() {
      second.place().answered(true);
      assertThat(queue.take(second)).isSameAs(three);
      third.place().answered(false);
      assertThat(queue.take(third)).isNull();

      assertThat(limit.successes).containsExactly(true, false);
    }
  }

  @Nested
  class ATakerThatHasJustAnswered {

    ATakerThatHasJustAnswered() {
      allIdle();
    }

    private void thirdAnswers() {
      offered();
      third.place().answered(true);
    }

    @Test
    void isWaitedForRatherThanWakeAnIdleOne() {
      thirdAnswers();

      PendingTask next = offered();

      assertThat(second.handed).isEmpty();
      assertThat(queue.take(third)).isSameAs(next);
    }

    @Test
    void isGivenOneTaskOnly() {
      thirdAnswers();
      PendingTask next = offered();

      PendingTask afterThat = offered();

      assertThat(second.handed).as("in the order of the queue").containsExactly(next);
      assertThat(queue.take(third)).isSameAs(afterThat);
    }

    @Test
    void isNotWaitedForIfItIsLate() {
      thirdAnswers();
      PendingTask next = offered();

      queue.late(third);

      assertThat(second.handed).containsExactly(next);
    }

    @Test
    void isNotWaitedForIfItsWorkerIsGone() {
      thirdAnswers();
      PendingTask next = offered();

      queue.release(third);

      assertThat(second.handed).containsExactly(next);
    }

    @Test
    void isNotWaitedForIfCleaningHasLatelyTakenLong() {
      limit.limit = 3;
      for (int i = 0; i < 20; i++) {
        thirdAnswers();
        long answered = System.nanoTime();
        while (System.nanoTime() - answered < 1_000_000) {
          Thread.onSpinWait();
        }
        assertThat(queue.take(third)).isNull();
        third.handed.clear();
      }
      thirdAnswers();

      PendingTask next = offered();

      assertThat(second.handed).containsExactly(next);
    }
  }
}
