package io.cofferdam.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cofferdam.Outcome;
import io.cofferdam.RetryPolicy;
import io.cofferdam.RetryPolicy.Cause;
import io.cofferdam.TransactionOptions;
import io.cofferdam.TransactionRejectedException.Reason;
import io.cofferdam.internal.task.Answer;
import io.cofferdam.internal.task.ClientQueue;
import io.cofferdam.internal.task.PendingTask;
import io.cofferdam.internal.task.StopReason;
import io.cofferdam.internal.task.SubmittedTask;
import io.cofferdam.internal.task.Work;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Tasks that wait in the queue, but for nobody to take them. */
class HeldTasksTest {

  private static final Answer COMMITTED = new Answer.Committed(new byte[0]);
  private static final Answer FAILED = failed(null);
  private static final Answer DEADLOCK = failed(Cause.DEADLOCK);

  private final Tasks tasks = new Tasks(100, 100);
  private final FairQueue queue = tasks.queue();
  private final ClientQueue a = new ClientQueue("a");
  private final ClientQueue b = new ClientQueue("b");
  private final List<Work> handed = Collections.synchronizedList(new ArrayList<>());
  private final Taker taker = Tasks.taker(queue, handed::add);

  private static Answer failed(@Nullable Cause cause) {
    return new Answer.TaskFailed(Outcome.ROLLED_BACK, cause, new byte[0], "worker");
  }

  private static TransactionOptions withKey(String key) {
    return TransactionOptions.defaults().idempotencyKey(key);
  }

  private SubmittedTask offered(ClientQueue client, TransactionOptions options) {
    SubmittedTask task = tasks.submitted(client, options, Tasks.inOneHour());
    assertThat(Tasks.offer(queue, task)).isNull();
    return task;
  }

  private SubmittedTask plain(ClientQueue client) {
    return offered(client, TransactionOptions.defaults());
  }

  /** Returns the next task, or null; leaves no idle taker behind. */
  private @Nullable Work take() {
    Work task = queue.take(taker);
    if (task == null && !queue.withdraw(taker)) {
      await().until(() -> !handed.isEmpty());
      return handed.remove(0);
    }
    return task;
  }

  @AfterEach
  void abandon() {
    queue.abandon();
  }

  @Nested
  class BehindTheirKey {

    private final SubmittedTask first = offered(a, withKey("k"));
    private final SubmittedTask second = offered(b, withKey("k"));
    private final SubmittedTask third = offered(b, withKey("k"));

    @Test
    void areNotTaken() {
      PendingTask other = plain(b);

      assertThat(take()).isSameAs(first);
      assertThat(take()).isSameAs(other);
      assertThat(take()).isNull();
      assertThat(queue.size()).isEqualTo(2);
    }

    @Test
    void areNotHandedToAnIdleTaker() {
      assertThat(take()).isSameAs(first);
      assertThat(queue.take(taker)).isNull();

      offered(a, withKey("k"));

      assertThat(handed).isEmpty();
      assertThat(queue.withdraw(taker)).isTrue();
    }

    @Test
    void goOneByOneInTheirOrder() {
      assertThat(take()).isSameAs(first);
      tasks.end(first, FAILED);
      assertThat(take()).isSameAs(second);
      assertThat(take()).isNull();
      tasks.end(second, FAILED);
      assertThat(take()).isSameAs(third);
      tasks.end(third, FAILED);
      assertThat(queue.size()).isZero();

      assertThat(take()).isNull();
      assertThat(offered(a, withKey("k"))).isSameAs(take());
    }

    @Test
    void goAheadOfWhatTheirClientHasWaiting() {
      PendingTask later = plain(b);
      assertThat(take()).isSameAs(first);

      tasks.end(first, FAILED);

      assertThat(take()).isSameAs(second);
      assertThat(take()).isSameAs(later);
    }

    @Test
    void areHandedToAnIdleTakerWhenTheirTurnComes() {
      assertThat(take()).isSameAs(first);
      assertThat(queue.take(taker)).isNull();

      tasks.end(first, FAILED);

      assertThat(handed).containsExactly(second);
      assertThat(queue.size()).isOne();
    }

    @Test
    void goWhenTheFirstIsRemovedFromTheQueueAndAnswered() {
      assertThat(queue.remove(first)).isTrue();
      assertThat(take()).isNull();

      tasks.end(first, FAILED);

      assertThat(take()).isSameAs(second);
    }

    @Test
    void goWhenTheClientOfTheFirstIsClosed() {
      assertThat(queue.close(a)).containsExactly(first);

      tasks.end(first, FAILED);

      assertThat(take()).isSameAs(second);
    }

    @Test
    void areClosedWithTheirClient() {
      PendingTask other = plain(b);

      assertThat(queue.close(b)).containsExactlyInAnyOrder(other, second, third);

      assertThat(take()).isSameAs(first);
      tasks.end(first, FAILED);
      assertThat(take()).isNull();
      assertThat(b.bounded).isZero();
    }

    @Test
    void canBeRemoved() {
      assertThat(queue.remove(second)).isTrue();
      assertThat(queue.remove(second)).isFalse();
      tasks.end(second, FAILED);
      assertThat(take()).isSameAs(first);
      assertThat(take()).isNull();

      tasks.end(first, FAILED);

      assertThat(take()).isSameAs(third);
    }

    @Test
    void areAbandonedWithTheQueue() {
      assertThat(queue.abandon()).containsExactlyInAnyOrder(first, second, third);
      assertThat(queue.size()).isZero();

      tasks.end(first, FAILED);

      assertThat(take()).isNull();
    }

    @Test
    void doNotWaitForAnotherKey() {
      PendingTask other = offered(a, withKey("other"));

      assertThat(take()).isSameAs(first);
      assertThat(take()).isSameAs(other);
    }

    @Test
    void doNotGoWhenTheFirstIsTriedAgain() {
      TransactionOptions options =
          withKey("other").retry(RetryPolicy.attempts(2).backoff(inHours(1), inHours(1)));
      SubmittedTask holder =
          tasks.submitted(new ClientQueue("c"), options, System.nanoTime() + inHours(2).toNanos());
      SubmittedTask behind =
          tasks.submitted(new ClientQueue("d"), withKey("other"), Tasks.inOneHour());
      assertThat(Tasks.offer(queue, holder)).isNull();
      assertThat(Tasks.offer(queue, behind)).isNull();
      assertThat(take()).isSameAs(first);
      assertThat(take()).isSameAs(holder);

      tasks.end(holder, DEADLOCK);

      assertThat(take()).isNull();
      assertThat(queue.remove(holder)).isTrue();
      tasks.end(holder, FAILED);
      assertThat(take()).isSameAs(behind);
    }

    private Duration inHours(int hours) {
      return Duration.ofHours(hours);
    }
  }

  @Nested
  class BehindAKeyWithLimits {

    private final FairQueue small = Tasks.queue(2, 1);

    @Test
    void countEvenIfATakerIsIdle() {
      assertThat(small.take(taker)).isNull();
      SubmittedTask first = tasks.submitted(a, withKey("k"), Tasks.inOneHour());
      assertThat(Tasks.offer(small, first)).isNull();
      assertThat(handed).containsExactly(first);
      assertThat(small.take(taker)).isNull();

      assertThat(Tasks.offer(small, tasks.submitted(a, withKey("k"), Tasks.inOneHour()))).isNull();
      assertThat(Tasks.offer(small, tasks.submitted(a, withKey("k"), Tasks.inOneHour())))
          .isEqualTo(Reason.CLIENT_QUEUE_FULL);
      assertThat(Tasks.offer(small, tasks.submitted(b, withKey("k"), Tasks.inOneHour()))).isNull();
      assertThat(
              Tasks.offer(
                  small, tasks.submitted(new ClientQueue("c"), withKey("k"), Tasks.inOneHour())))
          .isEqualTo(Reason.QUEUE_FULL);
    }
  }

  @Nested
  class WhoseDeadlinePasses {

    @Test
    void expire() throws InterruptedException {
      PendingTask first = offered(a, withKey("k"));
      SubmittedTask held = tasks.submitted(b, withKey("k"), System.nanoTime());
      assertThat(Tasks.offer(queue, held)).isNull();

      assertThat(queue.awaitExpired()).containsExactly(held);
      assertThat(take()).isSameAs(first);
      tasks.end(first, FAILED);
      assertThat(take()).isNull();
    }

    @Test
    void leaveTheirKeyToTheNext() throws InterruptedException {
      SubmittedTask expired = tasks.submitted(a, withKey("k"), System.nanoTime());
      assertThat(Tasks.offer(queue, expired)).isNull();
      PendingTask next = offered(b, withKey("k"));
      assertThat(queue.awaitExpired()).containsExactly(expired);

      tasks.end(expired, FAILED);

      assertThat(take()).isSameAs(next);
    }
  }

  @Nested
  class ThatAreTriedAgain {

    private final RetryPolicy soon =
        RetryPolicy.attempts(3).backoff(Duration.ofMillis(1), Duration.ofMillis(1));
    private final RetryPolicy late =
        RetryPolicy.attempts(3).backoff(Duration.ofDays(7), Duration.ofDays(7));
    private @Nullable Thread deadlines;

    @AfterEach
    void stop() throws InterruptedException {
      queue.abandon();
      if (deadlines != null) {
        deadlines.join();
      }
    }

    private SubmittedTask taken(RetryPolicy policy) {
      SubmittedTask task =
          tasks.submitted(
              a, TransactionOptions.defaults().retry(policy), System.nanoTime() + weeks());
      assertThat(Tasks.offer(queue, task)).isNull();
      assertThat(take()).isSameAs(task);
      return task;
    }

    private long weeks() {
      return Duration.ofDays(14).toNanos();
    }

    private CompletableFuture<List<PendingTask>> lookAfterTimes() {
      CompletableFuture<List<PendingTask>> expired = new CompletableFuture<>();
      deadlines =
          new Thread(
              () -> {
                try {
                  expired.complete(queue.awaitExpired());
                } catch (InterruptedException e) {
                  expired.completeExceptionally(e);
                }
              });
      deadlines.start();
      return expired;
    }

    @Test
    void areNotAnswered() {
      SubmittedTask task = taken(late);

      assertThat(tasks.end(task, DEADLOCK)).isTrue();

      assertThat(task.answer()).isNull();
      assertThat(tasks.heard()).isEmpty();
      assertThat(task.attempt()).isEqualTo(2);
      assertThat(tasks.counters().failed()).isZero();
      assertThat(tasks.counters().retries()).isOne();
    }

    @Test
    void waitWithoutBeingTaken() {
      SubmittedTask task = taken(late);
      tasks.end(task, DEADLOCK);

      assertThat(take()).isNull();
      assertThat(queue.size()).isOne();
      assertThat(a.bounded).isOne();
    }

    @Test
    void areQueuedWhenTheBackoffIsOver() {
      var unused = lookAfterTimes();
      SubmittedTask task = taken(soon);

      tasks.end(task, DEADLOCK);

      await().until(() -> take() == task);
      assertThat(queue.size()).isZero();
    }

    @Test
    void areHandedToAnIdleTakerWhenTheBackoffIsOver() {
      var unused = lookAfterTimes();
      SubmittedTask task = taken(soon);
      assertThat(queue.take(taker)).isNull();

      tasks.end(task, DEADLOCK);

      await().until(() -> handed.contains(task));
      assertThat(queue.size()).isZero();
      assertThat(a.bounded).isZero();
    }

    @Test
    void comeAheadInTheirClientsQueueAndNotBeforeOtherClients() {
      SubmittedTask task = taken(soon);
      PendingTask b1 = plain(b);
      PendingTask a1 = plain(a);
      tasks.end(task, DEADLOCK);
      var unused = lookAfterTimes();
      await().until(() -> queue.size() == 3 && a.waiting.peekFirst() == task);

      assertThat(take()).isSameAs(b1);
      assertThat(take()).isSameAs(task);
      assertThat(take()).isSameAs(a1);
    }

    @Test
    void waitEachForItsOwnTime() {
      var unused = lookAfterTimes();
      SubmittedTask later = taken(late);
      SubmittedTask sooner = taken(soon);
      tasks.end(later, DEADLOCK);
      tasks.end(sooner, DEADLOCK);

      await().until(() -> take() == sooner);
      assertThat(take()).isNull();
      assertThat(queue.remove(later)).isTrue();
    }

    @Test
    void canBeRemovedMeanwhile() {
      SubmittedTask task = taken(late);
      tasks.end(task, DEADLOCK);

      assertThat(queue.remove(task)).isTrue();
      assertThat(queue.remove(task)).isFalse();
      assertThat(tasks.end(task, COMMITTED)).isTrue();
      assertThat(tasks.heard()).containsExactly(COMMITTED);
      assertThat(a.bounded).isZero();
    }

    @Test
    void areClosedWithTheirClient() {
      SubmittedTask task = taken(late);
      tasks.end(task, DEADLOCK);

      assertThat(queue.close(a)).containsExactly(task);
    }

    @Test
    void areAnsweredIfTheirClientWasClosedBefore() {
      SubmittedTask task = taken(late);
      queue.close(a);

      tasks.end(task, DEADLOCK);

      assertThat(task.answer()).isSameAs(DEADLOCK);
      assertThat(task.attempt()).isOne();
      assertThat(tasks.counters().retries()).isZero();
    }

    @Test
    void areAnsweredIfTheQueueWasAbandonedBefore() {
      SubmittedTask task = taken(late);
      queue.abandon();

      tasks.end(task, DEADLOCK);

      assertThat(task.answer()).isSameAs(DEADLOCK);
    }

    @Test
    void areStillTriedAgainWhileTheQueueDrains() {
      SubmittedTask task = taken(late);
      queue.close();

      tasks.end(task, DEADLOCK);

      assertThat(queue.abandon()).containsExactly(task);
    }

    @Test
    void areAnsweredOnceSomebodyWantsThemStopped() {
      SubmittedTask task = taken(late);
      task.requestStop(StopReason.CANCELLED);

      tasks.end(task, DEADLOCK);

      assertThat(task.answer()).isSameAs(DEADLOCK);
      assertThat(queue.size()).isZero();
    }

    @Test
    void areAnsweredWhenTheAttemptsAreUsedUp() {
      var unused = lookAfterTimes();
      SubmittedTask task = taken(soon);
      tasks.end(task, failed(Cause.DEADLOCK));
      await().until(() -> take() == task);
      tasks.end(task, failed(Cause.WORKER_CRASH));
      await().until(() -> take() == task);
      assertThat(task.attempt()).isEqualTo(3);

      Answer last = failed(Cause.DEADLOCK);
      tasks.end(task, last);

      assertThat(task.answer()).isSameAs(last);
      assertThat(task.earlierFailures())
          .extracting(Answer::retryCause)
          .containsExactly(Cause.DEADLOCK, Cause.WORKER_CRASH);
      assertThat(tasks.counters().retries()).isEqualTo(2);
      assertThat(tasks.counters().failed()).isOne();
    }

    @Test
    void expireOnceTheyAreQueued() throws Exception {
      SubmittedTask task =
          tasks.submitted(
              a,
              TransactionOptions.defaults().retry(soon),
              System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(300));
      assertThat(Tasks.offer(queue, task)).isNull();
      assertThat(take()).isSameAs(task);
      CompletableFuture<List<PendingTask>> expired = lookAfterTimes();
      tasks.end(task, DEADLOCK);

      assertThat(expired.get(30, TimeUnit.SECONDS)).containsExactly(task);
      assertThat(task.outcomeSoFar()).isEqualTo(Outcome.ROLLED_BACK);
    }

    @Test
    void tellWhoeverIsToBeToldBeforeOnlyOfTheAnswer() {
      List<Answer> told = new ArrayList<>();
      SubmittedTask task = taken(late);
      tasks.attempts().end(task, DEADLOCK, told::add);
      assertThat(told).isEmpty();

      assertThat(queue.remove(task)).isTrue();
      tasks.attempts().end(task, COMMITTED, told::add);

      assertThat(told).containsExactly(COMMITTED);
    }
  }

  @Nested
  class WhatIsSaidOfThemSoFar {

    @Test
    void isThatTheyNeverStartedIfNoAttemptDid() {
      TransactionOptions options =
          TransactionOptions.defaults()
              .retry(RetryPolicy.attempts(3).backoff(Duration.ofMillis(1), Duration.ofMillis(1)));
      SubmittedTask task = offered(a, options);
      assertThat(task.outcomeSoFar()).isEqualTo(Outcome.NOT_STARTED);
      assertThat(take()).isSameAs(task);

      tasks.end(
          task,
          new Answer.TaskFailed(Outcome.NOT_STARTED, Cause.CONNECTION_LOST, new byte[0], "worker"));

      assertThat(task.attempt()).isEqualTo(2);
      assertThat(task.outcomeSoFar()).isEqualTo(Outcome.NOT_STARTED);
    }
  }
}
