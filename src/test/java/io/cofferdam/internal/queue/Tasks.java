package io.cofferdam.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Ticker;
import io.cofferdam.TransactionOptions;
import io.cofferdam.TransactionRejectedException.Reason;
import io.cofferdam.internal.answer.FailureMessages;
import io.cofferdam.internal.codec.FailureCodec;
import io.cofferdam.internal.concurrency.ConcurrencyLimit;
import io.cofferdam.internal.concurrency.FixedConcurrency;
import io.cofferdam.internal.stats.Counters;
import io.cofferdam.internal.stats.PoolEvents;
import io.cofferdam.internal.task.Answer;
import io.cofferdam.internal.task.ClientQueue;
import io.cofferdam.internal.task.PendingTask;
import io.cofferdam.internal.task.SubmittedTask;
import io.cofferdam.internal.task.WaitingTask;
import io.cofferdam.internal.task.Work;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A queue, and tasks that carry nothing, with all that counts them and ends their attempts. Keeps
 * the answers that submitted ones were given.
 */
public final class Tasks {

  private static final AtomicLong IDS = new AtomicLong();

  private final OpenTasks openTasks = new OpenTasks();
  private final Counters counters = new Counters();
  private final KeptResults kept;
  private final FairQueue queue;
  private final Attempts attempts;
  private final List<Answer> heard = Collections.synchronizedList(new ArrayList<>());

  /** Makes a queue of which so many tasks run at a time. */
  Tasks(ConcurrencyLimit limit) {
    this(30_000, 30_000, Ticker.systemTicker(), limit);
  }

  /** Makes a queue for so many tasks that no limit is reached. */
  public Tasks() {
    this(30_000, 30_000, Ticker.systemTicker());
  }

  public Tasks(int maxQueued, int maxQueuedPerClient) {
    this(maxQueued, maxQueuedPerClient, Ticker.systemTicker());
  }

  Tasks(int maxQueued, int maxQueuedPerClient, Ticker clock) {
    this(maxQueued, maxQueuedPerClient, clock, new FixedConcurrency(1_000));
  }

  Tasks(int maxQueued, int maxQueuedPerClient, Ticker clock, ConcurrencyLimit limit) {
    kept = new KeptResults(clock);
    queue =
        new FairQueue(
            new QueueLimits(maxQueued, maxQueuedPerClient), kept, new PoolEvents(counters), limit);
    attempts = new Attempts(queue, kept, openTasks, new PoolEvents(counters), messages());
  }

  static FailureMessages messages() {
    return new FailureMessages(new FailureCodec(List.of(), 1 << 20), () -> "queued=0", () -> null);
  }

  /** Offers a task to a queue; returns why it was refused, or null. */
  public static @Nullable Reason offer(FairQueue queue, PendingTask task) {
    return queue.offer(task) instanceof Admission.Refused refused ? refused.reason() : null;
  }

  /** Makes a taker that passes on what it is handed. */
  public static Taker taker(FairQueue queue, Consumer<Work> handed) {
    Place place = queue.newPlace();
    return new Taker() {
      @Override
      public void handOver(Work work) {
        handed.accept(work);
      }

      @Override
      public Place place() {
        return place;
      }
    };
  }

  /** Makes a queue with those limits. */
  static FairQueue queue(int maxQueued, int maxQueuedPerClient) {
    return new Tasks(maxQueued, maxQueuedPerClient).queue();
  }

  public FairQueue queue() {
    return queue;
  }

  /** Returns how many takers wait for a task. */
  public int idleTakers() {
    return queue.idleTakers();
  }

  public Attempts attempts() {
    return attempts;
  }

  public Counters counters() {
    return counters;
  }

  public OpenTasks openTasks() {
    return openTasks;
  }

  /** Ends the current attempt of a task. */
  public boolean end(PendingTask task, Answer answer) {
    return attempts.end(task, answer);
  }

  /** Makes a submitted task that the queue has admitted. */
  SubmittedTask offered(ClientQueue client, TransactionOptions options) {
    SubmittedTask task = submitted(client, options, inOneHour());
    assertThat(attempts.offer(task)).isNull();
    return task;
  }

  public SubmittedTask submitted(ClientQueue client) {
    return submitted(client, inOneHour());
  }

  public SubmittedTask submitted(ClientQueue client, long deadlineNanos) {
    return submitted(client, TransactionOptions.defaults(), deadlineNanos);
  }

  public SubmittedTask submitted(
      ClientQueue client, TransactionOptions options, long deadlineNanos) {
    return submitted(client, new byte[0], options, deadlineNanos);
  }

  /** Makes a submitted task with that code. */
  public SubmittedTask submitted(
      ClientQueue client, byte[] code, TransactionOptions options, long deadlineNanos) {
    openTasks.opened();
    return new SubmittedTask(
        nextId(), client, code, options, deadlineNanos, (task, answer) -> heard.add(answer));
  }

  /** Makes a task that the current thread may wait for. */
  public WaitingTask waiting(ClientQueue client) {
    openTasks.opened();
    return new WaitingTask(
        nextId(), client, new byte[0], TransactionOptions.defaults(), inOneHour());
  }

  /** Returns what the submitted tasks were answered, in order. */
  public List<Answer> heard() {
    return List.copyOf(heard);
  }

  public static long inOneHour() {
    return System.nanoTime() + Duration.ofHours(1).toNanos();
  }

  private static UUID nextId() {
    return new UUID(1, IDS.incrementAndGet());
  }
}
