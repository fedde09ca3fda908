package io.cofferdam.internal.settle;

import io.cofferdam.Outcome;
import io.cofferdam.internal.log.Log;
import io.cofferdam.internal.log.LogRate;
import io.cofferdam.internal.state.SessionState;
import io.cofferdam.internal.state.TransactionState;
import io.cofferdam.internal.task.Answer;
import io.cofferdam.internal.task.Question;
import io.cofferdam.internal.wire.CommitQuestion;
import io.cofferdam.internal.wire.ProtocolException;
import io.cofferdam.internal.wire.SettleReport;
import io.cofferdam.internal.wire.SettleRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The settlement of one dead worker, from its death until its session is gone and the outcome of
 * its task is known, whether the caller was told before or not. Asks one worker at a time, again
 * and again, and tells the caller as soon as there is something final to tell, or when the caller's
 * time is over.
 *
 * <p>Thread-safe.
 */
public final class Settlement implements Question.Listener {

  /** What a settlement needs from those who keep it. */
  interface Keeper {
    /** Puts a question to some worker. */
    void ask(Settlement settlement, SettleRequest request);

    /** Calls {@link Settlement#ask} after a while. */
    void askLater(Settlement settlement, long delayNanos);

    /** Completes a resolution on a callback thread, and forgets the settlement. */
    void over(Settlement settlement, CompletableFuture<Outcome> resolution, Outcome outcome);
  }

  /**
   * What a settlement asks.
   *
   * @param endSessionNanos when the session may be ended, at the earliest
   * @param inDoubt makes the question about a commit in doubt
   */
  record Asking(long endSessionNanos, Supplier<CommitQuestion> inDoubt) {}

  private static final Log log = Log.of(Settlement.class);
  private static final long SUCCESSOR_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(4);
  private static final long LAST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final Keeper keeper;
  private final String session;
  private final Finding finding;
  private final Asking asking;
  private final Consumer<Answer> caller;
  private final Runnable whenGone;
  private final CompletableFuture<Outcome> resolution = new CompletableFuture<>();

  private final LogRate rate = new LogRate(1, 10, TimeUnit.SECONDS);
  private TransactionState commit;
  private byte @Nullable [] result;
  private final long successorNanos = System.nanoTime() + SUCCESSOR_NANOS;
  private boolean sessionIsGone;
  private boolean answered;
  private boolean over;
  private long pauseNanos = FIRST_PAUSE_NANOS;

  /**
   * Opens a settlement; {@link #ask} begins it.
   *
   * @param answered whether the caller has been told
   * @param caller is given the answer: the attempt ends with it
   * @param whenGone is called when the session is gone, or cannot be found
   */
  Settlement(
      Keeper keeper,
      Death death,
      Finding finding,
      boolean answered,
      Asking asking,
      Consumer<Answer> caller,
      Runnable whenGone) {
    this.keeper = keeper;
    session = death.worker().session();
    this.finding = finding;
    this.asking = asking;
    this.caller = caller;
    this.whenGone = whenGone;
    commit = finding.asks() ? TransactionState.OPEN : TransactionState.ROLLED_BACK;
    this.answered = answered;
  }

  private boolean inDoubt() {
    return finding.when() == Finding.When.WHEN_THE_COMMIT_IS_SETTLED;
  }

  /**
   * Returns whether the session of the next worker should wait, because it would come on top of
   * that of the dead one. It waits until {@link #successorNanos} at most.
   */
  public synchronized boolean holdsBackSuccessor() {
    return !sessionIsGone && !over && System.nanoTime() - successorNanos < 0;
  }

  public long successorNanos() {
    return successorNanos;
  }

  /** Puts the question to a worker, unless everything is known by now. */
  void ask() {
    SettleRequest request;
    synchronized (this) {
      if (over) {
        return;
      }
      request =
          new SettleRequest(
              session,
              System.nanoTime() - asking.endSessionNanos >= 0,
              finding.note(),
              commit == TransactionState.OPEN && inDoubt()
                  ? asking.inDoubt.get()
                  : new CommitQuestion.Nothing());
    }
    keeper.ask(this, request);
  }

  @Override
  public void replied(byte[] reply) {
    SettleReport report;
    try {
      report = SettleReport.decode(reply);
    } catch (ProtocolException e) {
      if (rate.admits(System.nanoTime())) {
        log.warn("a worker said what cannot be read about a dead one: {}", e.getMessage());
      }
      askAgain();
      return;
    }
    take(report);
  }

  @Override
  public void unanswered() {
    askAgain();
  }

  private void take(SettleReport report) {
    boolean goneNow = false;
    boolean complete = false;
    synchronized (this) {
      if (over) {
        return;
      }
      if (commit == TransactionState.OPEN
          || report.commit() == TransactionState.ROLLED_BACK_IN_PART) {
        commit = report.commit();
        result = report.result();
      }
      if (!report.session().lives() && !sessionIsGone) {
        sessionIsGone = report.session() == SessionState.GONE;
        goneNow = true;
      }
      complete = !report.session().lives() && commit != TransactionState.OPEN;
    }
    if (goneNow) {
      whenGone.run();
    }
    if (complete) {
      complete();
    } else {
      askAgain();
    }
  }

  private void askAgain() {
    long pause;
    synchronized (this) {
      pause = pauseNanos;
      pauseNanos = Math.min(LAST_PAUSE_NANOS, 2 * pauseNanos);
    }
    keeper.askLater(this, pause);
  }

  /** Tells the caller what is known by now, if that has not been done: the time is over. */
  void tellNow() {
    tell(resolution.minimalCompletionStage());
  }

  /** Ends it with what is known by now. */
  void complete() {
    Outcome outcome;
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
      outcome = answer().outcome();
    }
    tell(CompletableFuture.completedStage(outcome));
    keeper.over(this, resolution, outcome);
  }

  private synchronized Answer answer() {
    return finding.answer().apply(new Finding.Found(commit, result));
  }

  private void tell(CompletionStage<Outcome> finalOutcome) {
    // The timer may come to tell at the same time as a worker's reply, and the first one does. It
    // calls outside of the monitor, because the end of the attempt takes the queue's lock.
    Answer answer;
    synchronized (this) {
      if (answered) {
        return;
      }
      answered = true;
      answer = answer().following(finalOutcome, !sessionIsGone);
    }
    caller.accept(answer);
  }
}
