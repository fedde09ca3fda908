package io.cofferdam.internal.supervise;

import io.cofferdam.internal.process.Permits;
import io.cofferdam.internal.process.StartPermit;
import java.io.IOException;
import java.util.SplittableRandom;

/**
 * When a slot starts its next process: after the backoff, and when it is its turn among the slots
 * of the executor. Used by the link thread alone.
 */
final class Starts {

  /** In ten seconds, for each processor. */
  private static final int MOST_DEATHS = 6;

  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

  private final SlotContext context;
  private final SlotWait wait;
  private final Backoff backoff = new Backoff(new SplittableRandom());
  private final StartFailures failures;
  private final StartPermit permit;
  private boolean isFirst = true;

  Starts(SlotContext context, SlotWait wait) {
    this.context = context;
    this.wait = wait;
    failures = new StartFailures(context, backoff);
    permit = new StartPermit(wait.selector(), context.limits().starts());
  }

  Backoff backoff() {
    return backoff;
  }

  StartFailures failures() {
    return failures;
  }

  /** Waits until the slot may start a process; false if it is to stop instead. */
  boolean await() throws IOException {
    awaitBackoff();
    return permit.await(permits(), wait::isStopping);
  }

  private void awaitBackoff() throws IOException {
    boolean degraded = context.health().intensity().isDegraded(System.nanoTime());
    boolean slowedDown = degraded && !isFirst && !context.health().strength().isShort();
    long until = System.nanoTime() + backoff.nextDelayNanos(slowedDown);
    while (!wait.isStopping() && System.nanoTime() - until < 0) {
      wait.until(until);
    }
  }

  /**
   * Returns the permits among which this slot waits for its turn to start. More starts at a time
   * keep a pool full that loses a worker now and then. Where workers die faster than that they
   * would take the processors from the tasks, to be killed themselves.
   */
  private Permits permits() {
    boolean storm =
        context.health().intensity().isAbove(MOST_DEATHS * PROCESSORS, System.nanoTime());
    return isFirst || storm ? context.limits().starts() : context.limits().restarts();
  }

  /** Begins anew: the next process is the first one again. */
  void startOver() {
    isFirst = true;
    backoff.worked();
  }

  /** Notes that a process was started. */
  void started() {
    boolean again = !isFirst;
    isFirst = false;
    context.events().tell(listener -> listener.processStarted(again));
  }

  /** Lets another slot start: this start needs the processor no longer, or has had its time. */
  void releasePermit() {
    permit.release();
  }
}
