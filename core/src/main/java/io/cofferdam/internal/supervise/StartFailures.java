package io.cofferdam.internal.supervise;

import com.google.common.base.Throwables;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports the starts of one slot that failed, and makes the slot wait longer for the next. Used by
 * the link thread alone.
 */
final class StartFailures {

  private static final Logger log = LoggerFactory.getLogger(StartFailures.class);

  private final Crew crew;
  private final Backoff backoff;

  StartFailures(Crew crew, Backoff backoff) {
    this.crew = crew;
    this.backoff = backoff;
  }

  /**
   * Reports a worker that cannot connect to the database.
   *
   * @param failure its encoded exception
   */
  void cannotConnect(byte[] failure) {
    Throwable cause = crew.reports().decode(failure);
    report("the workers cannot connect to the database: " + reason(cause), "", cause);
  }

  /** Reports a start that failed; what is the same as the last time is logged once. */
  void report(String message, String lastOutput, @Nullable Throwable cause) {
    Tally.StartFailure failure = new Tally.StartFailure(message, lastOutput, cause);
    backoff.failed();
    Tally.StartFailure before = crew.tally().lastStartFailure();
    if (before == null || !before.message().equals(message)) {
      log.warn("{}; trying again", message);
    }
    crew.tally().startFailed(failure);
    crew.startListener().startFailed(failure);
  }

  /** Adds the root cause, as a driver's own message may be no more than that it failed. */
  private static String reason(Throwable failure) {
    Throwable root = Throwables.getRootCause(failure);
    return root == failure
        ? String.valueOf(failure.getMessage())
        : failure.getMessage() + " (" + root + ")";
  }
}
