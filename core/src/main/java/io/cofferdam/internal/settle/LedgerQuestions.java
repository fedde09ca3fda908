package io.cofferdam.internal.settle;

import io.cofferdam.Outcome;
import io.cofferdam.internal.log.Log;
import io.cofferdam.internal.log.LogRate;
import io.cofferdam.internal.queue.FairQueue;
import io.cofferdam.internal.task.Question;
import io.cofferdam.internal.text.WorkerText;
import io.cofferdam.internal.wire.FrameType;
import io.cofferdam.internal.wire.PayloadReader;
import io.cofferdam.internal.wire.PayloadWriter;
import io.cofferdam.internal.wire.ProtocolException;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * What an executor asks its ledger, beside settlements: outcomes for callers who ask, and now and
 * then to forget what is too old. Spare and idle workers answer, if there are any. Thread-safe.
 */
public final class LedgerQuestions {

  private static final Log log = Log.of(LedgerQuestions.class);

  /** How often it is looked for rows that are too old. */
  public static final long PURGE_MILLIS = TimeUnit.MINUTES.toMillis(1);

  private static final long NEXT_BATCH_MILLIS = 20;
  private static final long ASK_AGAIN_MILLIS = 100;

  private final FairQueue queue;
  private final long purgeMillis;
  private final StepTimer timer;
  private final LogRate rate = new LogRate(10, 10, TimeUnit.SECONDS);

  public LedgerQuestions(String executor, FairQueue queue, long purgeMillis) {
    this.queue = queue;
    this.purgeMillis = purgeMillis;
    timer = new StepTimer(executor + "-ledger");
  }

  /** Begins to remove what is too old, at times that differ from those of other executors. */
  public void open() {
    after(ThreadLocalRandom.current().nextLong(purgeMillis / 6, purgeMillis), this::purge);
  }

  public void close() {
    timer.close();
  }

  /**
   * Asks what became of a task; again and again, until the database has answered.
   *
   * @return fails with {@link RejectedExecutionException} if the executor is closed
   */
  public CompletableFuture<Outcome> outcomeOf(UUID taskId) {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    ask(taskId, outcome);
    return outcome;
  }

  private void ask(UUID taskId, CompletableFuture<Outcome> outcome) {
    if (outcome.isDone()) {
      return;
    }
    byte[] question = new PayloadWriter(40).putString(taskId.toString()).toByteArray();
    boolean asked =
        offer(
            FrameType.OUTCOME,
            question,
            reply -> outcome.complete(Outcome.valueOf(reply.getText(WorkerText.MOST_BYTES))),
            () -> after(ASK_AGAIN_MILLIS, () -> ask(taskId, outcome)));
    if (!asked) {
      outcome.completeExceptionally(new RejectedExecutionException("the executor is closed"));
    }
  }

  private void purge() {
    boolean unused =
        offer(
            FrameType.PURGE,
            new byte[0],
            reply -> {
              int purged = reply.getInt();
              log.debug("{} expired rows of the ledger were removed", purged);
              after(purged > 0 ? NEXT_BATCH_MILLIS : purgeMillis, this::purge);
            },
            () -> after(purgeMillis, this::purge));
  }

  private boolean offer(FrameType type, byte[] question, Reply reply, Runnable unanswered) {
    Question.Listener listener =
        new Question.Listener() {
          @Override
          public void replied(byte[] bytes) {
            try {
              reply.take(new PayloadReader(bytes));
            } catch (ProtocolException | IllegalArgumentException e) {
              warn(type, String.valueOf(e.getMessage()));
              unanswered.run();
            }
          }

          @Override
          public void unanswered() {
            unanswered.run();
          }
        };
    return queue.offer(new Question(type, question, listener));
  }

  private void warn(FrameType question, String trouble) {
    boolean admitted;
    synchronized (rate) {
      admitted = rate.admits(System.nanoTime());
    }
    if (admitted) {
      log.warn("a worker's reply to {} cannot be read: {}", question, WorkerText.line(trouble));
    }
  }

  private void after(long millis, Runnable step) {
    timer.after(TimeUnit.MILLISECONDS.toNanos(millis), step);
  }

  /** Takes in a reply. */
  private interface Reply {
    void take(PayloadReader reply) throws ProtocolException;
  }
}
