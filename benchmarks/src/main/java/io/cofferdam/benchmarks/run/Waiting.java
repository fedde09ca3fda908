package io.cofferdam.benchmarks.run;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.awaitility.core.ConditionFactory;

/**
 * Waits for what comes soon unless something is wrong. Looks in the calling thread, every
 * millisecond, so that a wait costs a measured process little.
 */
public final class Waiting {

  /** How long anything in a measured process is waited for. */
  public static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final Duration INTERVAL = Duration.ofMillis(1);

  private Waiting() {}

  /**
   * Waits until a condition holds. One that holds already costs a single look.
   *
   * @param what what is waited for, in words
   * @throws org.awaitility.core.ConditionTimeoutException if it does not hold in time; says what
   *     was waited for
   */
  public static void until(String what, BooleanSupplier condition) {
    if (!condition.getAsBoolean()) {
      waiting(what).until(condition::getAsBoolean);
    }
  }

  /**
   * Waits until a condition holds that takes long to look at.
   *
   * @param what what is waited for, in words
   * @param interval how long nobody looks after each look
   * @throws org.awaitility.core.ConditionTimeoutException if it does not hold in time; says what
   *     was waited for
   */
  public static void until(String what, Duration interval, BooleanSupplier condition) {
    waiting(what).pollInterval(interval).until(condition::getAsBoolean);
  }

  /**
   * Waits until a value is as wanted.
   *
   * @param what what is waited for, in words
   * @throws org.awaitility.core.ConditionTimeoutException if it is not so in time; says what was
   *     waited for, and the last value
   */
  public static <T> void until(String what, Supplier<T> value, Predicate<T> wanted) {
    waiting(what).until(value::get, wanted);
  }

  private static ConditionFactory waiting(String what) {
    return await(what)
        .pollInSameThread()
        .dontCatchUncaughtExceptions()
        .pollDelay(Duration.ZERO)
        .pollInterval(INTERVAL)
        .atMost(PATIENCE);
  }
}
