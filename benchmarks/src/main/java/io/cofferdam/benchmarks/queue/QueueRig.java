package io.cofferdam.benchmarks.queue;

import io.cofferdam.TransactionOptions;
import io.cofferdam.internal.answer.FailureMessages;
import io.cofferdam.internal.codec.FailureCodec;
import io.cofferdam.internal.concurrency.FixedConcurrency;
import io.cofferdam.internal.queue.Attempts;
import io.cofferdam.internal.queue.FairQueue;
import io.cofferdam.internal.queue.KeptResults;
import io.cofferdam.internal.queue.OpenTasks;
import io.cofferdam.internal.queue.Place;
import io.cofferdam.internal.queue.QueueLimits;
import io.cofferdam.internal.stats.Counters;
import io.cofferdam.internal.stats.PoolEvents;
import io.cofferdam.internal.task.Answer;
import io.cofferdam.internal.task.ClientQueue;
import io.cofferdam.internal.task.PendingTask;
import io.cofferdam.internal.task.SubmittedTask;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * A queue that is put together and used as a pool does it, with the thread that looks after
 * deadlines, and with client handles. What a client does before its task is offered, such as
 * encoding it, is left out. Thread-safe.
 */
final class QueueRig implements AutoCloseable {

  private static final Answer COMMITTED = new Answer.Committed(new byte[0]);
  private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final int MAX_FAILURE_BYTES = 1 << 20;

  private final Counters counters = new Counters();
  private final OpenTasks openTasks = new OpenTasks();
  private final FairQueue queue;
  private final Attempts attempts;
  private final List<ClientQueue> handles;
  private final byte[] code;
  private final AtomicLong ids = new AtomicLong();
  private final Thread deadlines;

  /**
   * @param maxQueued how many tasks may wait, of one handle too
   */
  QueueRig(QueueOrder order, int maxQueued) {
    PoolEvents events = new PoolEvents(counters);
    KeptResults kept = new KeptResults(System::nanoTime);
    queue =
        new FairQueue(
            new QueueLimits(maxQueued, maxQueued),
            kept,
            events,
            new FixedConcurrency(order.takers()));
    attempts = new Attempts(queue, kept, openTasks, events, messages());
    handles =
        IntStream.range(0, order.handles()).mapToObj(i -> new ClientQueue("client-" + i)).toList();
    code = new byte[order.taskBytes()];
    deadlines = new Thread(this::endExpired, "deadlines");
    deadlines.setDaemon(true);
    deadlines.start();
  }

  private static FailureMessages messages() {
    return new FailureMessages(
        new FailureCodec(List.of(), MAX_FAILURE_BYTES), () -> "none", () -> null);
  }

  FairQueue queue() {
    return queue;
  }

  int handles() {
    return handles.size();
  }

  ClientQueue handle(int number) {
    return handles.get(number);
  }

  /** Returns how many tasks were answered. */
  long answered() {
    return counters.committed();
  }

  /** Makes a task for which a future is held. All tasks share their encoded form. */
  PendingTask task(ClientQueue handle) {
    return task(handle, code);
  }

  /** Makes a task with an encoded form of its own. */
  PendingTask ownTask(ClientQueue handle) {
    return task(handle, code.clone());
  }

  private PendingTask task(ClientQueue handle, byte[] encoded) {
    CompletableFuture<Answer> future = new CompletableFuture<>();
    return new SubmittedTask(
        new UUID(1, ids.incrementAndGet()),
        handle,
        encoded,
        TransactionOptions.defaults(),
        System.nanoTime() + TIMEOUT_NANOS,
        (task, answer) -> future.complete(answer));
  }

  /** Offers a task as a pool does; false if it was refused. */
  boolean offer(PendingTask task) {
    openTasks.opened();
    boolean admitted = attempts.offer(task) == null;
    if (!admitted) {
      openTasks.refused();
    }
    return admitted;
  }

  /** Answers a task that a taker was given, as a link does. */
  void answer(Place place, PendingTask task) {
    place.answered(true);
    answer(task);
  }

  /** Answers a task that may never have been in the queue. */
  void answer(PendingTask task) {
    if (!attempts.end(task, COMMITTED)) {
      throw new IllegalStateException(task.describe() + " was answered twice");
    }
  }

  /** Answers a task that was never in the queue: what there is to do beside the queue. */
  void answerWithoutQueue(PendingTask task) {
    openTasks.opened();
    answer(task);
  }

  private void endExpired() {
    try {
      if (!queue.awaitExpired().isEmpty()) {
        throw new IllegalStateException("a task has waited for longer than its timeout");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("the deadlines thread is never interrupted", e);
    }
  }

  /** Empties the queue, which ends its thread. */
  @Override
  public void close() {
    queue.abandon();
  }
}
