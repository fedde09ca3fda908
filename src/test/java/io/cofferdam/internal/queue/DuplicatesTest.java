package io.cofferdam.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.cofferdam.Outcome;
import io.cofferdam.TransactionOptions;
import io.cofferdam.TransactionRejectedException.Reason;
import io.cofferdam.internal.task.Answer;
import io.cofferdam.internal.task.ClientQueue;
import io.cofferdam.internal.task.SubmittedTask;
import io.cofferdam.internal.task.Work;
import io.cofferdam.testing.StandingClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Tasks in the queue whose key was committed a moment ago. */
class DuplicatesTest {

  private static final byte[] RESULT = {1, 2, 3};
  private static final TransactionOptions KEYED =
      TransactionOptions.defaults().idempotencyKey("k", "100 EUR");
  private static final TransactionOptions ANOTHER_FINGERPRINT =
      TransactionOptions.defaults().idempotencyKey("k", "200 EUR");

  private final StandingClock clock = new StandingClock();
  private final Tasks tasks = new Tasks(30_000, 30_000, clock);
  private final FairQueue queue = tasks.queue();
  private final ClientQueue a = new ClientQueue("a");
  private final ClientQueue b = new ClientQueue("b");
  private final OpenTasks openTasks = tasks.openTasks();
  private final List<Work> handed = new ArrayList<>();
  private final Taker taker = Tasks.taker(queue, handed::add);
  private final SubmittedTask first = tasks.offered(a, KEYED);

  private void commit(SubmittedTask task) {
    assertThat(tasks.end(task, new Answer.Committed(RESULT))).isTrue();
  }

  private static void assertStored(SubmittedTask task) {
    assertThat(task.answer())
        .isInstanceOfSatisfying(
            Answer.Stored.class, stored -> assertThat(stored.result()).isEqualTo(RESULT));
  }

  private static void assertRefused(SubmittedTask task) {
    assertThat(task.answer())
        .isInstanceOfSatisfying(
            Answer.Failure.class,
            failure -> assertThat(failure.outcome()).isEqualTo(Outcome.NOT_STARTED));
  }

  @BeforeEach
  void takeTheFirst() {
    assertThat(queue.take(taker)).isSameAs(first);
  }

  @Nested
  class ThatComeAfterwards {

    @Test
    void areAnsweredWithoutATaker() {
      assertThat(queue.take(taker)).isNull();
      commit(first);

      assertStored(tasks.offered(b, KEYED));

      assertThat(handed).isEmpty();
      assertThat(queue.withdraw(taker)).isTrue();
      assertThat(queue.size()).isZero();
    }

    @Test
    void countAsCommitted() {
      commit(first);
      tasks.offered(b, KEYED);

      assertThat(tasks.counters().committed()).isEqualTo(2);
      openTasks.close();
      assertThat(openTasks.awaitNone(Duration.ZERO)).isTrue();
    }

    @Test
    void failWithAnotherFingerprint() {
      commit(first);

      SubmittedTask other = tasks.offered(b, ANOTHER_FINGERPRINT);

      assertRefused(other);
      assertThat(tasks.counters().failed()).isOne();
    }

    @Test
    void areTakenAgainWhenTheMinuteIsOver() {
      commit(first);
      clock.pass(KeptResults.LIFE);

      SubmittedTask later = tasks.offered(b, KEYED);

      assertThat(queue.take(taker)).isSameAs(later);
    }

    @Test
    void areTakenIfTheFirstWasNotCommitted() {
      tasks.end(first, new Answer.TaskFailed(Outcome.ROLLED_BACK, null, RESULT, "worker"));

      SubmittedTask later = tasks.offered(b, KEYED);

      assertThat(queue.take(taker)).isSameAs(later);
    }

    @Test
    void areTakenIfTheFirstWasAnsweredFromTheRow() {
      tasks.end(first, new Answer.Stored(RESULT));

      SubmittedTask later = tasks.offered(b, KEYED);

      assertThat(queue.take(taker)).isSameAs(later);
    }

    @Test
    void areRefusedIfTheQueueIsClosed() {
      commit(first);
      queue.close();

      assertThat(Tasks.offer(queue, tasks.submitted(b, KEYED, Tasks.inOneHour())))
          .isEqualTo(Reason.EXECUTOR_CLOSED);
    }

    @Test
    void areRefusedIfTheirClientIsClosed() {
      commit(first);
      queue.close(b);

      assertThat(Tasks.offer(queue, tasks.submitted(b, KEYED, Tasks.inOneHour())))
          .isEqualTo(Reason.CLIENT_CLOSED);
    }

    @Test
    void needNoRoom() {
      Tasks few = new Tasks(1, 1, clock);
      SubmittedTask only = few.offered(a, KEYED);
      assertThat(few.queue().take(taker)).isSameAs(only);
      assertThat(few.end(only, new Answer.Committed(RESULT))).isTrue();
      few.offered(b, TransactionOptions.defaults());
      assertThat(Tasks.offer(few.queue(), few.submitted(b))).isEqualTo(Reason.QUEUE_FULL);

      assertStored(few.offered(b, KEYED));
    }
  }

  @Nested
  class ThatWaitBehindTheFirst {

    private final SubmittedTask second = tasks.offered(b, KEYED);
    private final SubmittedTask other = tasks.offered(b, ANOTHER_FINGERPRINT);
    private final SubmittedTask third = tasks.offered(a, KEYED);

    @Test
    void areAnsweredWithIt() {
      commit(first);

      assertStored(second);
      assertStored(third);
      assertRefused(other);
      assertThat(tasks.counters().committed()).isEqualTo(3);
    }

    @Test
    void waitNoMore() {
      commit(first);

      assertThat(queue.size()).isZero();
      assertThat(a.bounded).isZero();
      assertThat(b.bounded).isZero();
      assertThat(queue.remove(second)).isFalse();
      assertThat(queue.close(b)).isEmpty();
      assertThat(queue.take(taker)).isNull();
    }

    @Test
    void areAnsweredInTheirOrder() {
      commit(first);

      assertThat(tasks.heard())
          .containsExactly(first.answer(), second.answer(), other.answer(), third.answer());
    }

    @Test
    void areTakenUntilOneCommits() {
      tasks.end(first, new Answer.TaskFailed(Outcome.ROLLED_BACK, null, RESULT, "worker"));
      assertThat(queue.take(taker)).isSameAs(second);
      assertThat(queue.take(taker)).isNull();

      commit(second);

      assertStored(third);
      assertThat(handed).isEmpty();
    }

    @Test
    void areStillAnsweredWhileTheQueueDrains() {
      queue.close();

      commit(first);

      assertStored(second);
    }

    @Test
    void areAnsweredHoweverManyTheyAre() {
      List<SubmittedTask> many = new ArrayList<>();
      for (int i = 0; i < 20_000; i++) {
        many.add(tasks.offered(b, KEYED));
      }

      commit(first);

      assertThat(many).allSatisfy(DuplicatesTest::assertStored);
      assertThat(queue.size()).isZero();
    }
  }
}
