package io.cofferdam.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cofferdam.TransactionRejectedException.Reason;
import io.cofferdam.internal.task.ClientQueue;
import io.cofferdam.internal.task.PendingTask;
import io.cofferdam.internal.task.SubmittedTask;
import io.cofferdam.internal.task.Work;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FairQueueTest {

  private final Tasks tasks = new Tasks(100, 100);
  private final FairQueue queue = tasks.queue();
  private final FakeTaker taker = new FakeTaker(queue);
  private final ClientQueue a = new ClientQueue("a");
  private final ClientQueue b = new ClientQueue("b");
  private final ClientQueue c = new ClientQueue("c");

  private SubmittedTask offered(ClientQueue client) {
    SubmittedTask task = tasks.submitted(client);
    assertThat(Tasks.offer(queue, task)).isNull();
    return task;
  }

  private List<Work> takeAll() {
    return Stream.generate(() -> queue.size() == 0 ? null : queue.take(taker))
        .takeWhile(task -> task != null)
        .toList();
  }

  @Nested
  class Waiting {

    @Test
    void goesRoundTheClientsHoweverManyTasksEachHas() {
      PendingTask a1 = offered(a);
      PendingTask a2 = offered(a);
      PendingTask a3 = offered(a);
      PendingTask b1 = offered(b);
      PendingTask b2 = offered(b);
      PendingTask c1 = offered(c);

      assertThat(takeAll()).containsExactly(a1, b1, c1, a2, b2, a3);
    }

    @Test
    void keepsTheOrderWithinOneClient() {
      List<PendingTask> given = List.of(offered(a), offered(a), offered(a), offered(a));

      assertThat(takeAll()).isEqualTo(given);
    }

    @Test
    void putsAClientThatComesBackBehindThoseThatWait() {
      PendingTask a1 = offered(a);
      PendingTask b1 = offered(b);
      assertThat(queue.take(taker)).isSameAs(a1);

      PendingTask a2 = offered(a);

      assertThat(takeAll()).containsExactly(b1, a2);
    }

    @Test
    void isCounted() {
      offered(a);
      offered(b);
      assertThat(queue.size()).isEqualTo(2);

      takeAll();
      assertThat(queue.size()).isZero();
    }
  }

  @Nested
  class IdleTakers {

    private final FakeTaker first = new FakeTaker(queue);
    private final FakeTaker second = new FakeTaker(queue);

    @Test
    void areHandedATaskWithoutItsBeingQueued() {
      assertThat(queue.take(first)).isNull();

      PendingTask task = offered(a);

      assertThat(first.handed).containsExactly(task);
      assertThat(queue.size()).isZero();
    }

    @Test
    void areUsedInTheOrderOfTheLastIdleFirst() {
      assertThat(queue.take(first)).isNull();
      assertThat(queue.take(second)).isNull();

      PendingTask one = offered(a);
      PendingTask two = offered(a);
      PendingTask three = offered(a);

      assertThat(second.handed).containsExactly(one);
      assertThat(first.handed).containsExactly(two);
      assertThat(takeAll()).containsExactly(three);
    }

    @Test
    void areNotUsedAfterTheyWithdrew() {
      assertThat(queue.take(first)).isNull();

      assertThat(queue.withdraw(first)).isTrue();
      offered(a);

      assertThat(first.handed).isEmpty();
      assertThat(queue.size()).isOne();
    }

    @Test
    void cannotWithdrawOnceATaskIsOnItsWay() {
      assertThat(queue.take(first)).isNull();
      offered(a);

      assertThat(queue.withdraw(first)).isFalse();
    }

    @Test
    void areHandedWhatNeverStarted() {
      PendingTask task = offered(a);
      assertThat(queue.take(first)).isSameAs(task);
      assertThat(queue.take(second)).isNull();

      assertThat(queue.offerFirst(task)).isTrue();

      assertThat(second.handed).containsExactly(task);
    }
  }

  @Nested
  class TheLimits {

    private final FairQueue small = Tasks.queue(3, 2);

    @Test
    void boundWhatOneClientHasWaiting() {
      assertThat(Tasks.offer(small, tasks.submitted(a))).isNull();
      assertThat(Tasks.offer(small, tasks.submitted(a))).isNull();

      assertThat(Tasks.offer(small, tasks.submitted(a))).isEqualTo(Reason.CLIENT_QUEUE_FULL);
      assertThat(Tasks.offer(small, tasks.submitted(b))).isNull();
      assertThat(small.size()).isEqualTo(3);
    }

    @Test
    void boundWhatAllClientsHaveWaiting() {
      fill();

      assertThat(Tasks.offer(small, tasks.submitted(c))).isEqualTo(Reason.QUEUE_FULL);
    }

    @Test
    void doNotApplyToTasksWhoseCallerWaits() {
      fill();

      assertThat(Tasks.offer(small, tasks.waiting(a))).isNull();
      assertThat(Tasks.offer(small, tasks.waiting(a))).isNull();
      assertThat(small.size()).isEqualTo(5);
    }

    @Test
    void doNotCountTasksWhoseCallerWaits() {
      assertThat(Tasks.offer(small, tasks.waiting(a))).isNull();
      assertThat(Tasks.offer(small, tasks.waiting(a))).isNull();
      assertThat(Tasks.offer(small, tasks.waiting(b))).isNull();

      fill();
      assertThat(Tasks.offer(small, tasks.submitted(c))).isEqualTo(Reason.QUEUE_FULL);
    }

    @Test
    void doNotApplyToWhatNeverStarted() {
      fill();

      assertThat(small.offerFirst(tasks.submitted(a))).isTrue();
      assertThat(small.size()).isEqualTo(4);
    }

    @Test
    void doNotApplyWhereATakerIsIdle() {
      FairQueue none = Tasks.queue(0, 0);
      assertThat(Tasks.offer(none, tasks.submitted(a))).isEqualTo(Reason.QUEUE_FULL);

      assertThat(none.take(taker)).isNull();
      assertThat(Tasks.offer(none, tasks.submitted(a))).isNull();
      assertThat(taker.handed).hasSize(1);
    }

    @Test
    void giveRoomBackHoweverATaskLeaves() throws InterruptedException {
      SubmittedTask removed = tasks.submitted(a);
      SubmittedTask expired = tasks.submitted(a, System.nanoTime());
      assertThat(Tasks.offer(small, removed)).isNull();
      assertThat(Tasks.offer(small, expired)).isNull();
      assertThat(Tasks.offer(small, tasks.submitted(b))).isNull();

      assertThat(small.remove(removed)).isTrue();
      assertThat(small.awaitExpired()).containsExactly(expired);
      assertThat(small.take(taker)).isNotNull();
      assertThat(small.size()).isZero();

      fill();
      small.close(a);
      assertThat(Tasks.offer(small, tasks.submitted(b))).isNull();
      assertThat(Tasks.offer(small, tasks.submitted(c))).isNull();
      assertThat(Tasks.offer(small, tasks.submitted(c))).isEqualTo(Reason.QUEUE_FULL);
    }

    private void fill() {
      assertThat(Tasks.offer(small, tasks.submitted(a))).isNull();
      assertThat(Tasks.offer(small, tasks.submitted(a))).isNull();
      assertThat(Tasks.offer(small, tasks.submitted(b))).isNull();
    }
  }

  @Nested
  class WhatNeverStarted {

    @Test
    void isTheNextOneOfItsClient() {
      PendingTask a1 = offered(a);
      PendingTask a2 = offered(a);
      assertThat(queue.take(taker)).isSameAs(a1);

      assertThat(queue.offerFirst(a1)).isTrue();

      assertThat(takeAll()).containsExactly(a1, a2);
    }

    @Test
    void isTheNextOneOfAllClients() {
      PendingTask a1 = offered(a);
      PendingTask b1 = offered(b);
      PendingTask c1 = offered(c);
      PendingTask b2 = offered(b);
      assertThat(queue.take(taker)).isSameAs(a1);
      assertThat(queue.take(taker)).isSameAs(b1);

      assertThat(queue.offerFirst(b1)).isTrue();

      assertThat(takeAll()).containsExactly(b1, c1, b2);
      assertThat(a1.client()).isSameAs(a);
    }

    @Test
    void isAdmittedWhenTheQueueOrItsClientIsClosed() {
      PendingTask task = offered(a);
      assertThat(queue.take(taker)).isSameAs(task);
      queue.close(a);
      queue.close();

      assertThat(queue.offerFirst(task)).isTrue();
      assertThat(takeAll()).containsExactly(task);
    }
  }

  @Nested
  class Removing {

    @Test
    void leavesTheOthersInTheirOrder() {
      PendingTask a1 = offered(a);
      PendingTask a2 = offered(a);
      PendingTask b1 = offered(b);
      PendingTask a3 = offered(a);

      assertThat(queue.remove(a2)).isTrue();

      assertThat(takeAll()).containsExactly(a1, b1, a3);
    }

    @Test
    void forgetsAClientThatHasNothingLeft() {
      PendingTask a1 = offered(a);
      PendingTask b1 = offered(b);

      assertThat(queue.remove(a1)).isTrue();
      PendingTask a2 = offered(a);

      assertThat(takeAll()).containsExactly(b1, a2);
    }

    @Test
    void isTooLateForATaskThatWasTaken() {
      PendingTask task = offered(a);
      assertThat(queue.take(taker)).isSameAs(task);

      assertThat(queue.remove(task)).isFalse();
    }

    @Test
    void happensOnce() {
      PendingTask task = offered(a);

      assertThat(queue.remove(task)).isTrue();
      assertThat(queue.remove(task)).isFalse();
    }

    @Test
    void tellsApartTasksOfTheSameDeadline() {
      long deadline = Tasks.inOneHour();
      SubmittedTask one = tasks.submitted(a, deadline);
      SubmittedTask two = tasks.submitted(a, deadline);
      assertThat(Tasks.offer(queue, one)).isNull();
      assertThat(Tasks.offer(queue, two)).isNull();

      assertThat(queue.remove(two)).isTrue();

      assertThat(takeAll()).containsExactly(one);
    }
  }

  @Nested
  class ClosingAClient {

    @Test
    void givesBackWhatItHadWaitingInOrder() {
      PendingTask a1 = offered(a);
      PendingTask b1 = offered(b);
      PendingTask a2 = offered(a);

      assertThat(queue.close(a)).containsExactly(a1, a2);
      assertThat(takeAll()).containsExactly(b1);
    }

    @Test
    void refusesWhatItGivesLater() {
      queue.close(a);
      assertThat(queue.take(taker)).isNull();

      assertThat(Tasks.offer(queue, tasks.submitted(a))).isEqualTo(Reason.CLIENT_CLOSED);
      assertThat(Tasks.offer(queue, tasks.waiting(a))).isEqualTo(Reason.CLIENT_CLOSED);
      assertThat(taker.handed).isEmpty();
    }

    @Test
    void removesTheLastOfManyFirstSoThatThoseThatStartMeanwhileAreTheFirst() {
      int most = FairQueue.MOST_REMOVED;
      FairQueue large = Tasks.queue(2 * most, 2 * most);
      List<PendingTask> many = new ArrayList<>();
      for (int i = 0; i < 2 * most; i++) {
        SubmittedTask task = tasks.submitted(a);
        assertThat(Tasks.offer(large, task)).isNull();
        many.add(task);
      }

      assertThat(large.close(a)).isEqualTo(many.subList(most, 2 * most));
      assertThat(large.take(taker)).isSameAs(many.get(0));
      assertThat(large.close(a)).isEqualTo(many.subList(1, most));
      assertThat(large.close(a)).isEmpty();
      assertThat(large.size()).isZero();
    }

    @Test
    void findsNothingTheSecondTime() {
      offered(a);
      queue.close(a);

      assertThat(queue.close(a)).isEmpty();
    }
  }

  @Nested
  class ClosingTheQueue {

    @Test
    void refusesMoreAndKeepsWhatWaits() {
      PendingTask task = offered(a);

      queue.close();

      assertThat(Tasks.offer(queue, tasks.submitted(a))).isEqualTo(Reason.EXECUTOR_CLOSED);
      assertThat(takeAll()).containsExactly(task);
    }

    @Test
    void goesOnWatchingTheDeadlinesOfWhatIsGivenBack() throws Exception {
      SubmittedTask task = tasks.submitted(a, System.nanoTime());
      queue.close();
      CompletableFuture<List<PendingTask>> expired = new CompletableFuture<>();
      Thread waiter = waiter(expired);

      assertThat(queue.offerFirst(task)).isTrue();

      assertThat(expired.get(30, TimeUnit.SECONDS)).containsExactly(task);
      waiter.join();
    }
  }

  @Nested
  class Abandoning {

    @Test
    void givesBackAllThatWaits() {
      PendingTask a1 = offered(a);
      PendingTask b1 = offered(b);

      assertThat(queue.abandon()).containsExactlyInAnyOrder(a1, b1);
      assertThat(queue.size()).isZero();
      assertThat(queue.take(taker)).isNull();
    }

    @Test
    void admitsNothingMore() {
      PendingTask task = offered(a);
      assertThat(queue.take(taker)).isSameAs(task);

      assertThat(queue.abandon()).isEmpty();

      assertThat(queue.offerFirst(task)).isFalse();
      assertThat(Tasks.offer(queue, tasks.submitted(a))).isEqualTo(Reason.EXECUTOR_CLOSED);
    }

    @Test
    void endsTheWaitForDeadlines() throws Exception {
      CompletableFuture<List<PendingTask>> expired = new CompletableFuture<>();
      Thread waiter = waiter(expired);

      queue.abandon();

      assertThat(expired.get(30, TimeUnit.SECONDS)).isEmpty();
      waiter.join();
    }
  }

  @Nested
  class Deadlines {

    @Test
    void passInTheQueue() throws InterruptedException {
      SubmittedTask soon = tasks.submitted(a, inMillis(5));
      SubmittedTask late = tasks.submitted(a);
      assertThat(Tasks.offer(queue, late)).isNull();
      assertThat(Tasks.offer(queue, soon)).isNull();

      assertThat(queue.awaitExpired()).containsExactly(soon);
      assertThat(System.nanoTime() - soon.deadlineNanos()).isNotNegative();
      assertThat(takeAll()).containsExactly(late);
    }

    @Test
    void comeInTheirOwnOrder() throws InterruptedException {
      long now = System.nanoTime();
      SubmittedTask second = tasks.submitted(a, now - 1);
      SubmittedTask first = tasks.submitted(b, now - 2);
      assertThat(Tasks.offer(queue, second)).isNull();
      assertThat(Tasks.offer(queue, first)).isNull();

      assertThat(queue.awaitExpired()).containsExactly(first, second);
    }

    @Test
    void wakeTheWaiterWhenAnEarlierOneComes() throws Exception {
      offered(a);
      CompletableFuture<List<PendingTask>> expired = new CompletableFuture<>();
      Thread waiter = waiter(expired);
      SubmittedTask soon = tasks.submitted(a, inMillis(5));

      assertThat(Tasks.offer(queue, soon)).isNull();

      assertThat(expired.get(30, TimeUnit.SECONDS)).containsExactly(soon);
      waiter.join();
    }

    @Test
    void doNotPassForATaskThatWasTaken() throws InterruptedException {
      SubmittedTask taken = tasks.submitted(a, inMillis(1));
      SubmittedTask waiting = tasks.submitted(b, inMillis(5));
      assertThat(Tasks.offer(queue, taken)).isNull();
      assertThat(Tasks.offer(queue, waiting)).isNull();
      assertThat(queue.take(taker)).isSameAs(taken);

      assertThat(queue.awaitExpired()).containsExactly(waiting);
    }

    @Test
    void mayBeFarInTheFutureAndThePast() throws InterruptedException {
      SubmittedTask past = tasks.submitted(a, System.nanoTime() - Duration.ofDays(7).toNanos());
      SubmittedTask future = tasks.submitted(a, System.nanoTime() + Duration.ofDays(7).toNanos());
      assertThat(Tasks.offer(queue, future)).isNull();
      assertThat(Tasks.offer(queue, past)).isNull();

      assertThat(queue.awaitExpired()).containsExactly(past);
    }

    private long inMillis(long millis) {
      return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    }
  }

  /** Starts a thread that waits for deadlines, and returns once it does. */
  private Thread waiter(CompletableFuture<List<PendingTask>> expired) {
    AtomicReference<@Nullable Throwable> trouble = new AtomicReference<>();
    Thread waiter =
        new Thread(
            () -> {
              try {
                expired.complete(queue.awaitExpired());
              } catch (InterruptedException e) {
                trouble.set(e);
              }
            });
    waiter.setDaemon(true);
    waiter.start();
    await()
        .until(
            () ->
                waiter.getState() == Thread.State.WAITING
                    || waiter.getState() == Thread.State.TIMED_WAITING
                    || expired.isDone());
    assertThat(trouble).hasValue(null);
    return waiter;
  }
}
