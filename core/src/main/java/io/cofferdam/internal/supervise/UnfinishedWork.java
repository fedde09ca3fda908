package io.cofferdam.internal.supervise;

import io.cofferdam.Outcome;
import io.cofferdam.internal.log.Log;
import io.cofferdam.internal.process.WorkerProcess;
import io.cofferdam.internal.settle.Death;
import io.cofferdam.internal.settle.Finding;
import io.cofferdam.internal.settle.Settlement;
import io.cofferdam.internal.stats.PoolListener;
import io.cofferdam.internal.task.Answer;
import io.cofferdam.internal.task.PendingTask;
import io.cofferdam.internal.task.Question;
import io.cofferdam.internal.task.StopReason;
import io.cofferdam.internal.task.Work;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of work that a worker was given, or about to be given, and has not finished: it is
 * dispatched again, settled, or answered. Used by the link thread alone.
 */
final class UnfinishedWork {

  private static final Log log = Log.of(UnfinishedWork.class);
  private static final int MOST_DEATHS_BEFORE_START = 3;

  private final SlotContext context;
  private final SlotWait wait;

  UnfinishedWork(SlotContext context, SlotWait wait) {
    this.context = context;
    this.wait = wait;
  }

  /** Answers a task that is not running, and must not start; returns whether that is so. */
  boolean hasEnded(PendingTask task) {
    StopReason reason = stopReason(task);
    if (reason != null) {
      stopped(task, reason);
    }
    return reason != null;
  }

  /** Puts what was never begun back into the queue. */
  void dispatchAgain(Work work) {
    if (work instanceof PendingTask task) {
      if (!hasEnded(task) && !context.tasks().queue().offerFirst(task)) {
        stopped(task, StopReason.SHUTDOWN);
      }
    } else if (work instanceof Question question && !context.tasks().queue().offer(question)) {
      question.unanswered();
    }
  }

  /** Returns whether {@link #hasEnded} would answer the task. */
  boolean mustNotStart(PendingTask task) {
    return stopReason(task) != null;
  }

  private @Nullable StopReason stopReason(PendingTask task) {
    StopReason asked = task.stopReason();
    boolean isOverdue = task.deadlineNanos() - System.nanoTime() <= 0;
    if (asked != null) {
      return asked;
    }
    if (wait.isShuttingDownTasks()) {
      return StopReason.SHUTDOWN;
    }
    return isOverdue ? StopReason.DEADLINE : null;
  }

  private void stopped(PendingTask task, StopReason reason) {
    end(task, context.tasks().messages().stoppedInQueue(task, reason));
  }

  private void end(PendingTask task, Answer answer) {
    boolean unused = context.tasks().attempts().end(task, answer);
  }

  /**
   * Settles the task of a dead worker.
   *
   * @param blamed whether the task may be why the worker died, if it had not begun: the worker has
   *     ended by itself, or had read the whole task before this side ended it. One that was stopped
   *     or starved before it read the task is not the task's fault.
   * @return the settlement, if it is open
   */
  @Nullable Settlement settle(Death death, boolean blamed) {
    Finding finding = context.settling().judge().judge(death);
    if (finding.when() != Finding.When.NEVER) {
      return context.settling().settlements().settle(death, finding, wait.selector()::wake);
    }
    int deaths = blamed ? death.task().endedAnotherWorker() : 0;
    if (deaths < MOST_DEATHS_BEFORE_START) {
      dispatchAgain(death.task());
    } else {
      giveUp(death, deaths);
    }
    return null;
  }

  /** Answers a task that had not started, because workers die whenever they get it. */
  private void giveUp(Death death, int deaths) {
    boolean unused =
        context
            .tasks()
            .attempts()
            .end(
                death.task(),
                context.settling().judge().neverStarted(death, deaths),
                told -> context.events().tell(PoolListener::crashTold));
    log.warn(
        "{} is not dispatched again: {} workers have died when they were given it, the last of them"
            + " {}",
        death.task().describe(),
        deaths,
        death.worker().name());
  }

  /** Answers work of which nothing is known, because this side failed while it was running. */
  void failed(WorkerProcess worker, Work work, Throwable failure) {
    if (work instanceof Question question) {
      question.unanswered();
    } else if (work instanceof PendingTask task) {
      Answer answer = context.settling().judge().notJudged(worker, task, failure);
      CompletionStage<Outcome> never = CompletableFuture.completedStage(Outcome.UNKNOWN);
      end(task, answer.following(never, true));
    }
  }
}
