package io.cofferdam.internal.supervise;

import com.google.common.base.Throwables;
import io.cofferdam.internal.codec.FailureCodec;
import io.cofferdam.internal.codec.NotDecodableException;
import io.cofferdam.internal.log.Log;
import io.cofferdam.internal.log.LogRate;
import io.cofferdam.internal.process.LaunchAdvice;
import io.cofferdam.internal.stats.PoolListener;
import io.cofferdam.internal.text.Secrets;
import io.cofferdam.internal.text.WorkerText;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reports the starts of one slot that failed, and makes the slot wait longer for the next. Used by
 * the link thread alone.
 */
final class StartFailures {

  private static final Log log = Log.of(StartFailures.class);

  /** In {@link #PERIOD_SECONDS}, for each slot. */
  private static final int MOST_WARNINGS = 10;

  private static final int PERIOD_SECONDS = 10;

  private final SlotContext context;
  private final Backoff backoff;
  private final Secrets secrets;
  private final LogRate rate = new LogRate(MOST_WARNINGS, PERIOD_SECONDS, TimeUnit.SECONDS);

  StartFailures(SlotContext context, Backoff backoff) {
    this.context = context;
    this.backoff = backoff;
    secrets = context.config().database().secrets();
  }

  /**
   * Reports a worker that cannot connect to the database.
   *
   * @param failure the description of its exception
   */
  void cannotConnect(byte[] failure) {
    Throwable cause = rebuild(failure);
    report("the workers cannot connect to the database: " + reason(cause), "", cause);
  }

  private Throwable rebuild(byte[] failure) {
    try {
      return FailureCodec.rebuild(failure, text -> WorkerText.lines(secrets.hide(text)));
    } catch (NotDecodableException e) {
      return e;
    }
  }

  /** Reports a launch that failed before there was a worker. */
  void cannotLaunch(Throwable cause) {
    report("a worker process cannot be started: " + LaunchAdvice.describe(cause), "", cause);
  }

  /**
   * Reports a start that failed; what is the same as the last time is logged once, and no more than
   * a few warnings at a time.
   */
  void report(String message, String lastOutput, @Nullable Throwable cause) {
    String shown = WorkerText.line(secrets.hide(message));
    PoolListener.StartFailure failure =
        new PoolListener.StartFailure(shown, WorkerText.lines(secrets.hide(lastOutput)), cause);
    backoff.failed();
    PoolListener.StartFailure before = context.health().counters().lastStartFailure();
    context.events().tell(listener -> listener.startFailed(failure));
    if ((before == null || !before.message().equals(shown)) && rate.admits(System.nanoTime())) {
      long leftOut = rate.takeLeftOut();
      log.warn(
          "{}; trying again{}",
          shown,
          leftOut == 0 ? "" : " (" + leftOut + " warnings like this were left out)");
    }
  }

  /** Adds the root cause, as a driver's own message may be no more than that it failed. */
  private static String reason(Throwable failure) {
    Throwable root = Throwables.getRootCause(failure);
    return root == failure
        ? String.valueOf(failure.getMessage())
        : failure.getMessage() + " (" + root + ")";
  }
}
