package io.cofferdam.internal.settle;

import io.cofferdam.Outcome;
import io.cofferdam.internal.config.ExecutorConfig;
import io.cofferdam.internal.config.Tracking;
import io.cofferdam.internal.queue.Attempts;
import io.cofferdam.internal.queue.FairQueue;
import io.cofferdam.internal.queue.TaskSource;
import io.cofferdam.internal.stats.PoolEvents;
import io.cofferdam.internal.stats.PoolListener;
import io.cofferdam.internal.task.Answer;
import io.cofferdam.internal.task.PendingTask;
import io.cofferdam.internal.task.Question;
import io.cofferdam.internal.wire.CommitQuestion;
import io.cofferdam.internal.wire.FrameType;
import io.cofferdam.internal.wire.SettleRequest;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The settlements of an executor that are open: brings their questions to the queue, and keeps
 * their time. Its thread sleeps as long as no worker dies. Thread-safe.
 */
public final class Settlements implements Settlement.Keeper {

  /** The least time that a settlement gets before its caller is told, whatever the deadline. */
  private static final long SETTLE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final FairQueue queue;
  private final Attempts attempts;
  private final PoolEvents events;
  private final long killGraceNanos;
  private final Tracking tracking;
  private final Executor callbacks;
  private final StepTimer timer;
  private final Set<Settlement> open = ConcurrentHashMap.newKeySet();

  /**
   * Creates the settlements of an executor.
   *
   * @param callbacks runs what depends on resolutions
   */
  public Settlements(
      ExecutorConfig config, TaskSource work, PoolEvents events, Executor callbacks) {
    queue = work.queue();
    attempts = work.attempts();
    this.events = events;
    killGraceNanos = config.limits().killGrace().toNanos();
    tracking = config.tracking();
    this.callbacks = callbacks;
    timer = new StepTimer(config.name() + "-settlement");
  }

  /** Begins to keep the time. */
  public void open() {
    timer.start();
  }

  /**
   * Tells the caller what became of the task of a dead worker: now, or when the session is gone and
   * the commit known.
   *
   * @param whenGone is called when the session is gone, or cannot be found
   * @return what goes on until then, or null if there is nothing to find out
   */
  public @Nullable Settlement settle(Death death, Finding finding, Runnable whenGone) {
    PendingTask task = death.task();
    boolean stopped = death.isStop();
    boolean byDeath = !stopped && death.heard().withheld() == null;
    Consumer<Answer> caller =
        answer -> {
          boolean unused = attempts.end(task, answer, told -> count(told, byDeath));
        };
    boolean atOnce = finding.when() == Finding.When.AT_ONCE;
    boolean nothingToFind = death.worker().session().isEmpty() && !finding.asks();
    if (atOnce || nothingToFind) {
      Answer answer = finding.provisional();
      caller.accept(answer.following(CompletableFuture.completedStage(answer.outcome()), true));
    }
    if (nothingToFind) {
      return null;
    }
    long now = System.nanoTime();
    Settlement settlement =
        new Settlement(
            this,
            death,
            finding,
            atOnce,
            new Settlement.Asking(
                finding.committing() ? task.deadlineNanos() + killGraceNanos : now, inDoubt(task)),
            caller,
            whenGone);
    // The executor may be closing: a settlement that comes too late for its last look at the open
    // ones finds the queue closed when it asks, and completes itself.
    open.add(settlement);
    settlement.ask();
    long untilTold = stopped ? 0 : task.deadlineNanos() - now;
    timer.after(Math.max(SETTLE_NANOS, untilTold), settlement::tellNow);
    return settlement;
  }

  /**
   * Returns what makes the question about the commit of an attempt. A row of the ledger is there
   * for sure until half of its time is over.
   */
  private Supplier<CommitQuestion> inDoubt(PendingTask task) {
    if (!(tracking instanceof Tracking.Ledger ledger)) {
      return CommitQuestion.ByTransactionId::new;
    }
    String row = task.ledgerId();
    boolean lastAttempt = task.isLastAttempt();
    long rowsLastNanos = ledger.retention().toNanos() / 2;
    return () ->
        new CommitQuestion.ByLedgerRow(
            row, System.nanoTime() - task.createdNanos() >= rowsLastNanos, lastAttempt);
  }

  private void count(Answer told, boolean byDeath) {
    if (byDeath && told instanceof Answer.Failure) {
      events.tell(PoolListener::crashTold);
    }
  }

  /** Ends all settlements with what is known by now. No worker can be asked any more. */
  public void close() {
    timer.close();
    List.copyOf(open).forEach(Settlement::complete);
  }

  @Override
  public void ask(Settlement settlement, SettleRequest request) {
    Question question = new Question(FrameType.SETTLE, request.encode(), settlement);
    if (!queue.offer(question)) {
      settlement.complete();
    }
  }

  @Override
  public void askLater(Settlement settlement, long delayNanos) {
    timer.after(delayNanos, settlement::ask);
  }

  @Override
  public void over(Settlement settlement, CompletableFuture<Outcome> resolution, Outcome outcome) {
    open.remove(settlement);
    callbacks.execute(() -> resolution.complete(outcome));
  }
}
