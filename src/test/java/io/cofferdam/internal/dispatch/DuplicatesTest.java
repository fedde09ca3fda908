package io.cofferdam.internal.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.cofferdam.Outcome;
import io.cofferdam.TransactionOptions;
import io.cofferdam.TransactionRejectedException.Reason;
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
  private final FairQueue queue =
      new FairQueue(30_000, 30_000, new KeptResults(Tasks.reports(), clock));
  private final ClientQueue a = new ClientQueue("a");
  private final ClientQueue b = new ClientQueue("b");
  private final OpenTasks openTasks = new OpenTasks();
  private final Tasks tasks = new Tasks(openTasks);
  private final List<PendingTask> handed = new ArrayList<>();
  private final FairQueue.Taker taker = handed::add;
  private final SubmittedTask first = offered(queue, a, KEYED);

  private SubmittedTask offered(FairQueue to, ClientQueue client, TransactionOptions options) {
    SubmittedTask task = tasks.submitted(client, options, Tasks.inOneHour());
    assertThat(to.offer(task)).isNull();
    return task;
  }

  private void commit(SubmittedTask task) {
    assertThat(task.answer(new Answer.Committed(RESULT))).isTrue();
  }

  private static void assertStored(SubmittedTask task) {
    assertThat(task.answer())
        .isInstanceOfSatisfying(
            Answer.Stored.class, stored -> assertThat(stored.result()).isEqualTo(RESULT));
  }

  private static void assertRefused(SubmittedTask task) {
    assertThat(task.answer())
        .isInstanceOfSatisfying(
            Answer.Reported.class,
            reported -> assertThat(reported.outcome()).isEqualTo(Outcome.NOT_STARTED));
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

      assertStored(offered(queue, b, KEYED));

      assertThat(handed).isEmpty();
      assertThat(queue.withdraw(taker)).isTrue();
      assertThat(queue.size()).isZero();
    }

    @Test
    void countAsCommitted() {
      commit(first);
      offered(queue, b, KEYED);

      assertThat(openTasks.committed()).isEqualTo(2);
      openTasks.close();
      assertThat(openTasks.awaitNone(Duration.ZERO)).isTrue();
    }

    @Test
    void failWithAnotherFingerprint() {
      commit(first);

      SubmittedTask other = offered(queue, b, ANOTHER_FINGERPRINT);

      assertRefused(other);
      assertThat(openTasks.failed()).isOne();
    }

    @Test
    void areTakenAgainWhenTheMinuteIsOver() {
      commit(first);
      clock.pass(KeptResults.LIFE);

      SubmittedTask later = offered(queue, b, KEYED);

      assertThat(queue.take(taker)).isSameAs(later);
    }

    @Test
    void areTakenIfTheFirstWasNotCommitted() {
      first.answer(new Answer.TaskFailed(Outcome.ROLLED_BACK, null, RESULT, "worker"));

      SubmittedTask later = offered(queue, b, KEYED);

      assertThat(queue.take(taker)).isSameAs(later);
    }

    @Test
    void areTakenIfTheFirstWasAnsweredFromTheRow() {
      first.answer(new Answer.Stored(RESULT));

      SubmittedTask later = offered(queue, b, KEYED);

      assertThat(queue.take(taker)).isSameAs(later);
    }

    @Test
    void areRefusedIfTheQueueIsClosed() {
      commit(first);
      queue.close();

      assertThat(queue.offer(tasks.submitted(b, KEYED, Tasks.inOneHour())))
          .isEqualTo(Reason.EXECUTOR_CLOSED);
    }

    @Test
    void areRefusedIfTheirClientIsClosed() {
      commit(first);
      queue.close(b);

      assertThat(queue.offer(tasks.submitted(b, KEYED, Tasks.inOneHour())))
          .isEqualTo(Reason.CLIENT_CLOSED);
    }

    @Test
    void needNoRoom() {
      FairQueue small = new FairQueue(1, 1, new KeptResults(Tasks.reports(), clock));
      SubmittedTask only = offered(small, a, KEYED);
      assertThat(small.take(taker)).isSameAs(only);
      commit(only);
      offered(small, b, TransactionOptions.defaults());
      assertThat(small.offer(tasks.submitted(b))).isEqualTo(Reason.QUEUE_FULL);

      assertStored(offered(small, b, KEYED));
    }
  }

  @Nested
  class ThatWaitBehindTheFirst {

    private final SubmittedTask second = offered(queue, b, KEYED);
    private final SubmittedTask other = offered(queue, b, ANOTHER_FINGERPRINT);
    private final SubmittedTask third = offered(queue, a, KEYED);

    @Test
    void areAnsweredWithIt() {
      commit(first);

      assertStored(second);
      assertStored(third);
      assertRefused(other);
      assertThat(openTasks.committed()).isEqualTo(3);
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
      first.answer(new Answer.TaskFailed(Outcome.ROLLED_BACK, null, RESULT, "worker"));
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
        many.add(offered(queue, b, KEYED));
      }

      commit(first);

      assertThat(many).allSatisfy(DuplicatesTest::assertStored);
      assertThat(queue.size()).isZero();
    }
  }
}
