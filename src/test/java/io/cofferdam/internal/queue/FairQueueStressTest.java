package io.cofferdam.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.cofferdam.Outcome;
import io.cofferdam.RetryPolicy;
import io.cofferdam.RetryPolicy.Cause;
import io.cofferdam.TransactionOptions;
import io.cofferdam.internal.task.Answer;
import io.cofferdam.internal.task.ClientQueue;
import io.cofferdam.internal.task.PendingTask;
import io.cofferdam.internal.task.SubmittedTask;
import io.cofferdam.internal.task.Work;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;

/** Everybody uses the queue at once, and every task leaves it exactly once. */
class FairQueueStressTest {

  private static final int OFFERERS = 4;
  private static final int TAKERS = 3;
  private static final int TASKS_EACH = 5_000;

  private static final Answer COMMITTED = new Answer.Committed(new byte[0]);
  private static final Answer DEADLOCK =
      new Answer.TaskFailed(Outcome.ROLLED_BACK, Cause.DEADLOCK, new byte[0], "worker");
  private static final Answer FAILED =
      new Answer.TaskFailed(Outcome.ROLLED_BACK, null, new byte[0], "worker");
  private static final TransactionOptions RETRY =
      TransactionOptions.defaults()
          .retry(RetryPolicy.attempts(3).backoff(Duration.ofMillis(1), Duration.ofMillis(2)));

  private final Tasks tasks = new Tasks(Integer.MAX_VALUE, Integer.MAX_VALUE);
  private final FairQueue queue = tasks.queue();
  private final List<ClientQueue> clients =
      IntStream.range(0, 7).mapToObj(i -> new ClientQueue("client-" + i)).toList();

  private final ConcurrentHashMap<PendingTask, Integer> left = new ConcurrentHashMap<>();
  private final CountDownLatch open = new CountDownLatch(OFFERERS * TASKS_EACH);
  private final AtomicLong givenBack = new AtomicLong();
  private final AtomicLong triedAgain = new AtomicLong();
  private final AtomicLong duplicates = new AtomicLong();
  private final BlockingQueue<PendingTask> removable = new LinkedBlockingQueue<>();

  @RepeatedTest(3)
  void everyTaskLeavesExactlyOnce() throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      for (int i = 0; i < TAKERS; i++) {
        threads.execute(new StressTaker(i));
      }
      for (int i = 0; i < OFFERERS; i++) {
        int seed = i;
        threads.execute(() -> offer(seed));
      }
      threads.execute(this::remove);
      threads.execute(this::expire);

      assertThat(open.await(60, TimeUnit.SECONDS)).as("open: %d", open.getCount()).isTrue();
      queue.abandon();
    } finally {
      threads.shutdownNow();
    }

    assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    assertThat(left).hasSize(OFFERERS * TASKS_EACH);
    assertThat(left.values()).containsOnly(1);
    assertThat(givenBack).hasPositiveValue();
    assertThat(triedAgain).hasPositiveValue();
    assertThat(duplicates).hasPositiveValue();
    assertThat(queue.size()).isZero();
    for (ClientQueue client : clients) {
      assertThat(client.waiting).isEmpty();
      assertThat(client.bounded).isZero();
    }
  }

  private void offer(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < TASKS_EACH; i++) {
      ClientQueue client = clients.get(random.nextInt(clients.size()));
      PendingTask task =
          switch (random.nextInt(8)) {
            case 0 -> tasks.submitted(client, System.nanoTime() + random.nextInt(100_000));
            case 1 -> tasks.waiting(client);
            case 2 -> tasks.submitted(client, RETRY, Tasks.inOneHour());
            case 3 -> keyed(client, "key-" + random.nextInt(50));
            default -> tasks.submitted(client);
          };
      if (random.nextInt(4) == 0) {
        removable.add(task);
      }
      assertThat(tasks.attempts().offer(task)).isNull();
    }
  }

  private PendingTask keyed(ClientQueue client, String key) {
    tasks.openTasks().opened();
    return new SubmittedTask(
        UUID.randomUUID(),
        client,
        new byte[0],
        RETRY.idempotencyKey(key),
        Tasks.inOneHour(),
        this::told);
  }

  private void told(PendingTask task, Answer answer) {
    if (answer instanceof Answer.Stored) {
      duplicates.incrementAndGet();
      left(task);
    }
  }

  private void remove() {
    try {
      while (true) {
        PendingTask task = removable.take();
        if (queue.remove(task)) {
          gone(task);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void expire() {
    try {
      List<PendingTask> expired;
      while (!(expired = queue.awaitExpired()).isEmpty()) {
        expired.forEach(this::gone);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void gone(PendingTask task) {
    tasks.end(task, commits(task) ? COMMITTED : FAILED);
    left(task);
  }

  /** Few tasks with a key commit, so that most of them are in a line at some time. */
  private static boolean commits(PendingTask task) {
    return task.key() == null || task.id().getLeastSignificantBits() % 20 == 0;
  }

  private void left(PendingTask task) {
    left.merge(task, 1, Integer::sum);
    open.countDown();
  }

  /** Takes tasks as a link does; gives some back, and is away from time to time. */
  private final class StressTaker implements Taker, Runnable {

    private final LinkedTransferQueue<Work> handedOver = new LinkedTransferQueue<>();
    private final SplittableRandom random;
    private final Place place = queue.newPlace();

    StressTaker(int seed) {
      random = new SplittableRandom(100L + seed);
    }

    @Override
    public void handOver(Work work) {
      handedOver.add(work);
    }

    @Override
    public Place place() {
      return place;
    }

    /** Fails the attempt if that leads to another one. */
    private boolean isTriedAgain(PendingTask task) {
      if (task.options().retry().isEmpty() || task.attempt() == 3) {
        return false;
      }
      tasks.end(task, DEADLOCK);
      triedAgain.incrementAndGet();
      return true;
    }

    @Override
    public void run() {
      try {
        while (!Thread.currentThread().isInterrupted()) {
          Work work = queue.take(this);
          if (work == null && random.nextInt(4) == 0 && queue.withdraw(this)) {

            Thread.onSpinWait();
            continue;
          }
          if (work == null) {
            work = handedOver.take();
          }
          PendingTask task = (PendingTask) work;
          if (random.nextInt(10) == 0 && queue.offerFirst(task)) {
            givenBack.incrementAndGet();
          } else if (!isTriedAgain(task)) {
            gone(task);
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
