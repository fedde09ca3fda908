package io.cofferdam.internal.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cofferdam.Outcome;
import io.cofferdam.TransactionOptions;
import io.cofferdam.internal.queue.OpenTasks;
import io.cofferdam.internal.queue.Tasks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PendingTaskTest {

  private static final Answer COMMITTED = new Answer.Committed(new byte[0]);
  private static final Answer FAILED =
      new Answer.TaskFailed(Outcome.ROLLED_BACK, null, new byte[0], "worker");

  private final Tasks tasks = new Tasks();
  private final OpenTasks openTasks = tasks.openTasks();
  private final ClientQueue client = new ClientQueue("teller");

  @Nested
  class TheAnswer {

    @Test
    void isTheFirstOne() {
      SubmittedTask task = tasks.submitted(client);
      assertThat(task.answer()).isNull();

      assertThat(tasks.end(task, COMMITTED)).isTrue();
      assertThat(tasks.end(task, FAILED)).isFalse();

      assertThat(task.answer()).isSameAs(COMMITTED);
      assertThat(tasks.heard()).containsExactly(COMMITTED);
    }

    @Test
    void isOneHoweverManyThreadsGiveOne() throws InterruptedException {
      for (int round = 0; round < 200; round++) {
        SubmittedTask task = tasks.submitted(client);
        AtomicInteger won = new AtomicInteger();
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          Thread thread =
              new Thread(
                  () -> {
                    try {
                      start.await();
                      won.addAndGet(tasks.end(task, FAILED) ? 1 : 0);
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  });
          threads.add(thread);
          thread.start();
        }
        start.countDown();
        for (Thread thread : threads) {
          thread.join();
        }
        assertThat(won).hasValue(1);
      }
      assertThat(tasks.heard()).hasSize(200);
      assertThat(tasks.counters().failed()).isEqualTo(200);
    }

    @Test
    void isCountedBeforeAnybodyHearsIt() {
      List<Long> countWhenHeard = new ArrayList<>();
      openTasks.opened();
      SubmittedTask task =
          new SubmittedTask(
              new java.util.UUID(1, 1),
              client,
              new byte[0],
              TransactionOptions.defaults(),
              Tasks.inOneHour(),
              (answered, answer) -> countWhenHeard.add(tasks.counters().committed()));

      tasks.end(task, COMMITTED);

      assertThat(countWhenHeard).containsExactly(1L);
    }

    @Test
    void isHeardBeforeTheTaskCountsAsClosed() {
      List<Boolean> noneOpenWhenHeard = new ArrayList<>();
      openTasks.opened();
      SubmittedTask task =
          new SubmittedTask(
              new java.util.UUID(1, 1),
              client,
              new byte[0],
              TransactionOptions.defaults(),
              Tasks.inOneHour(),
              (answered, answer) -> noneOpenWhenHeard.add(openTasks.awaitNone(Duration.ZERO)));
      openTasks.close();

      tasks.end(task, COMMITTED);

      assertThat(noneOpenWhenHeard).containsExactly(false);
      assertThat(openTasks.awaitNone(Duration.ZERO)).isTrue();
    }
  }

  @Nested
  class Stopping {

    private final List<@Nullable StopReason> told = new ArrayList<>();
    private final PendingTask.Runner runner = task -> told.add(task.stopReason());

    @Test
    void keepsTheFirstReason() {
      SubmittedTask task = tasks.submitted(client);
      assertThat(task.stopReason()).isNull();

      task.requestStop(StopReason.CANCELLED);
      task.requestStop(StopReason.SHUTDOWN);

      assertThat(task.stopReason()).isEqualTo(StopReason.CANCELLED);
    }

    @Test
    void tellsWhoeverRunsTheTask() {
      SubmittedTask task = tasks.submitted(client);
      task.dispatchedTo(runner);
      assertThat(told).isEmpty();

      task.requestStop(StopReason.INTERRUPTED);

      assertThat(told).containsExactly(StopReason.INTERRUPTED);
    }

    @Test
    void tellsWhoeverRunsTheTaskLater() {
      SubmittedTask task = tasks.submitted(client);
      task.requestStop(StopReason.CANCELLED);

      task.dispatchedTo(runner);

      assertThat(told).containsExactly(StopReason.CANCELLED);
    }

    @Test
    void tellsNobodyOnceTheTaskIsAnswered() {
      SubmittedTask task = tasks.submitted(client);
      task.dispatchedTo(runner);
      tasks.end(task, COMMITTED);

      task.requestStop(StopReason.CANCELLED);

      assertThat(told).isEmpty();
    }
  }

  @Nested
  class ItsDescription {

    @Test
    void namesIdAndClient() {
      SubmittedTask task = tasks.submitted(client);

      assertThat(task.describe()).isEqualTo("task " + task.id() + " of client 'teller'");
    }

    @Test
    void namesTheLabel() {
      SubmittedTask task =
          tasks.submitted(client, TransactionOptions.defaults().label("payout"), Tasks.inOneHour());

      assertThat(task.describe()).endsWith("of client 'teller' (payout)");
    }
  }

  @Nested
  class WaitingForTheAnswer {

    @AfterEach
    void clearInterrupt() {
      Thread.interrupted();
    }

    @Test
    void endsAtOnceWhenItIsThere() throws InterruptedException {
      WaitingTask task = tasks.waiting(client);
      tasks.end(task, COMMITTED);

      assertThat(task.await()).isSameAs(COMMITTED);
    }

    @Test
    void endsWhenAnotherThreadGivesIt() throws Exception {
      WaitingTask task = tasks.waiting(client);
      CompletableFuture<Boolean> given =
          CompletableFuture.supplyAsync(() -> tasks.end(task, COMMITTED));

      assertThat(task.await()).isSameAs(COMMITTED);
      assertThat(given.get(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void endsWhenTheCallerIsInterrupted() {
      WaitingTask task = tasks.waiting(client);
      Thread.currentThread().interrupt();

      assertThatThrownBy(task::await).isInstanceOf(InterruptedException.class);
      assertThat(task.answer()).isNull();
    }

    @Test
    void prefersTheAnswerToAnInterrupt() throws InterruptedException {
      WaitingTask task = tasks.waiting(client);
      tasks.end(task, COMMITTED);
      Thread.currentThread().interrupt();

      assertThat(task.await()).isSameAs(COMMITTED);
      assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void goesOnThroughInterruptsWhenAskedTo() throws Exception {
      WaitingTask task = tasks.waiting(client);
      Thread.currentThread().interrupt();
      CompletableFuture<Boolean> given =
          CompletableFuture.supplyAsync(() -> tasks.end(task, COMMITTED));

      assertThat(task.awaitUninterruptibly(Tasks.inOneHour())).isSameAs(COMMITTED);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(given.get(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void endsWithoutAnAnswerWhenTheTimeIsOver() {
      WaitingTask task = tasks.waiting(client);
      Thread.currentThread().interrupt();

      assertThat(task.awaitUninterruptibly(System.nanoTime() + 1_000_000)).isNull();
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}
