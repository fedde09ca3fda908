package io.cofferdam.internal.dispatch;

import com.github.benmanes.caffeine.cache.Ticker;
import io.cofferdam.TransactionOptions;
import io.cofferdam.internal.codec.FailureCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** Makes tasks that carry nothing, and keeps the answers that submitted ones were given. */
public final class Tasks {

  private static final AtomicLong IDS = new AtomicLong();

  private final OpenTasks openTasks;
  private final List<Answer> heard = Collections.synchronizedList(new ArrayList<>());

  public Tasks() {
    this(new OpenTasks());
  }

  Tasks(OpenTasks openTasks) {
    this.openTasks = openTasks;
  }

  /** Makes a queue with those limits that has kept nothing. */
  public static FairQueue queue(int maxQueued, int maxQueuedPerClient) {
    return new FairQueue(
        maxQueued, maxQueuedPerClient, new KeptResults(reports(), Ticker.systemTicker()));
  }

  static Reports reports() {
    return new Reports(new FailureCodec(List.of(), 1 << 20), () -> "queued=0", () -> null);
  }

  public SubmittedTask submitted(ClientQueue client) {
    return submitted(client, inOneHour());
  }

  public SubmittedTask submitted(ClientQueue client, long deadlineNanos) {
    return submitted(client, TransactionOptions.defaults(), deadlineNanos);
  }

  public SubmittedTask submitted(
      ClientQueue client, TransactionOptions options, long deadlineNanos) {
    openTasks.opened();
    return new SubmittedTask(
        nextId(),
        client,
        new byte[0],
        options,
        deadlineNanos,
        openTasks,
        (task, answer) -> heard.add(answer));
  }

  /** Makes a task that the current thread may wait for. */
  WaitingTask waiting(ClientQueue client) {
    openTasks.opened();
    return new WaitingTask(
        nextId(), client, new byte[0], TransactionOptions.defaults(), inOneHour(), openTasks);
  }

  /** Returns what the submitted tasks were answered, in order. */
  public List<Answer> heard() {
    return List.copyOf(heard);
  }

  static long inOneHour() {
    return System.nanoTime() + Duration.ofHours(1).toNanos();
  }

  private static UUID nextId() {
    return new UUID(1, IDS.incrementAndGet());
  }
}
