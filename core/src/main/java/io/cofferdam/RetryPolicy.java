package io.cofferdam;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.Sets;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * When and how often a task is tried again that has failed for a reason outside of itself.
 * Immutable and thread-safe.
 *
 * <p>There is another attempt only if the outcome of the last one is {@link Outcome#NOT_STARTED} or
 * {@link Outcome#ROLLED_BACK}, never after {@link Outcome#UNKNOWN}; if the task has not been
 * stopped; if one of the {@linkplain #on causes} made it fail; and if the backoff ends before the
 * task's deadline, which is one for all attempts. Otherwise the caller gets the last failure, with
 * the earlier ones as its suppressed exceptions, in order.
 *
 * <p>Each attempt runs the task as it was given, in a transaction of its own, possibly in another
 * worker. What an attempt did outside of the database is not undone.
 */
public final class RetryPolicy {

  /** A reason for which an attempt fails and another one may succeed. */
  public enum Cause {
    /**
     * The database could not serialize the transaction with others that ran beside it. PostgreSQL:
     * SQLState 40001; MariaDB: error 1020; H2: error 90131; unknown databases: SQLState 40001.
     */
    SERIALIZATION_FAILURE,
    /**
     * The transaction was the victim of a deadlock, or waited for a lock for longer than the
     * database lets it, which is how a deadlock shows that it does not find. PostgreSQL: SQLState
     * 40P01; MySQL and MariaDB: errors 1213 and 1205; H2: errors 50200 and 40001, which is also how
     * it reports most serialization failures.
     */
    DEADLOCK,
    /**
     * The worker process died while it ran the task, and its database session is known to be gone.
     */
    WORKER_CRASH,
    /**
     * The connection to the database broke before the commit was sent. SQLStates of class 08, on
     * PostgreSQL 57P01, 57P02 and 57P03 too, and any other {@link java.sql.SQLException} after
     * which the connection turned out to be dead.
     */
    CONNECTION_LOST
  }

  private static final int MAX_ATTEMPTS = 100;
  private static final Duration MIN_BACKOFF = Duration.ofMillis(1);
  private static final Duration DEFAULT_FIRST = Duration.ofMillis(10);
  private static final Duration DEFAULT_MAX = Duration.ofSeconds(1);

  private final int attempts;
  private final Duration firstBackoff;
  private final Duration maxBackoff;
  private final Set<Cause> causes;

  private RetryPolicy(int attempts, Duration firstBackoff, Duration maxBackoff, Set<Cause> causes) {
    this.attempts = attempts;
    this.firstBackoff = firstBackoff;
    this.maxBackoff = maxBackoff;
    this.causes = Sets.immutableEnumSet(causes);
  }

  /**
   * Returns a policy of so many attempts, after every cause, with a backoff from 10 ms to 1 s.
   *
   * @param total how often the task may be run, the first time included: from 2 to 100
   * @throws IllegalArgumentException if it is out of range
   */
  public static RetryPolicy attempts(int total) {
    checkArgument(
        total >= 2 && total <= MAX_ATTEMPTS,
        "attempts is %s; it must be from 2 to %s, the first one included",
        total,
        MAX_ATTEMPTS);
    return new RetryPolicy(total, DEFAULT_FIRST, DEFAULT_MAX, EnumSet.allOf(Cause.class));
  }

  /**
   * Sets how long to wait between attempts: a random time from nothing to a limit, which doubles
   * with each failure. This is "full jitter" of Marc Brooker, "Exponential Backoff And Jitter", AWS
   * Architecture Blog, 2015: {@code sleep = random_between(0, min(cap, base * 2 ** attempt))}.
   *
   * @param first the limit of the wait after the first failure, at least 1 ms
   * @param max what the limit grows to: from {@code first} to {@link
   *     TransactionOptions#MAX_TIMEOUT}
   * @throws IllegalArgumentException if one is out of range
   */
  public RetryPolicy backoff(Duration first, Duration max) {
    requireNonNull(first, "first is null");
    requireNonNull(max, "max is null");
    checkArgument(
        first.compareTo(MIN_BACKOFF) >= 0
            && first.compareTo(max) <= 0
            && max.compareTo(TransactionOptions.MAX_TIMEOUT) <= 0,
        "backoff is %s to %s; it must be from 1 ms to 7 days, the first not above the last",
        first,
        max);
    return new RetryPolicy(attempts, first, max, causes);
  }

  /**
   * Sets the causes after which the task is tried again, instead of those before.
   *
   * @param causes at least one
   * @throws IllegalArgumentException if there is none
   */
  public RetryPolicy on(Cause... causes) {
    Texts.checkElements("causes", causes);
    checkArgument(causes.length > 0, "on() needs at least one cause");
    Set<Cause> chosen = EnumSet.copyOf(Arrays.asList(causes));
    return new RetryPolicy(attempts, firstBackoff, maxBackoff, chosen);
  }

  /** {@return how often the task may be run, the first time included} */
  public int attempts() {
    return attempts;
  }

  /** {@return the limit of the wait after the first failure} */
  public Duration firstBackoff() {
    return firstBackoff;
  }

  /** {@return the limit of any wait} */
  public Duration maxBackoff() {
    return maxBackoff;
  }

  /** {@return the causes after which the task is tried again; unmodifiable} */
  public Set<Cause> causes() {
    return causes;
  }

  @Override
  public String toString() {
    return "RetryPolicy[attempts="
        + attempts
        + ", backoff="
        + firstBackoff
        + ".."
        + maxBackoff
        + ", causes="
        + causes
        + "]";
  }
}
