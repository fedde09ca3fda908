package io.cofferdam.internal.queue;

import io.cofferdam.Outcome;
import io.cofferdam.RetryPolicy;
import io.cofferdam.internal.task.Answer;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/** Decides whether a failed attempt is followed by another one, and when. */
final class Retry {

  private Retry() {}

  /**
   * Returns when the next attempt may begin, or empty if there is none.
   *
   * @param attempts how many there have been
   */
  static OptionalLong at(RetryPolicy policy, Answer failed, int attempts, long deadlineNanos) {
    if (attempts >= policy.attempts() || !leavesNothing(failed) || !isCauseOf(policy, failed)) {
      return OptionalLong.empty();
    }
    long begin = System.nanoTime() + backoffNanos(policy, attempts, ThreadLocalRandom.current());
    return begin - deadlineNanos < 0 ? OptionalLong.of(begin) : OptionalLong.empty();
  }

  private static boolean leavesNothing(Answer failed) {
    return failed.outcome() == Outcome.NOT_STARTED || failed.outcome() == Outcome.ROLLED_BACK;
  }

  private static boolean isCauseOf(RetryPolicy policy, Answer failed) {
    RetryPolicy.Cause cause = failed.retryCause();
    return cause != null && policy.causes().contains(cause);
  }

  /** Full jitter, as {@link RetryPolicy#backoff} describes it. */
  static long backoffNanos(RetryPolicy policy, int attempts, RandomGenerator random) {
    long limit = policy.firstBackoff().toNanos();
    long max = policy.maxBackoff().toNanos();
    for (int doubled = 1; doubled < attempts && limit < max; doubled++) {
      limit *= 2;
    }
    return random.nextLong(Math.min(limit, max) + 1);
  }
}
