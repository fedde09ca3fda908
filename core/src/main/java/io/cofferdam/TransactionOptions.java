package io.cofferdam;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How one transaction is to run. Immutable and thread-safe: every method that sets a value returns
 * a new instance, so options can be kept in a constant and refined from there.
 */
public final class TransactionOptions {

  /** The longest timeout that can be asked for. */
  public static final Duration MAX_TIMEOUT = Duration.ofDays(7);

  private static final int MAX_LABEL_LENGTH = 200;
  private static final TransactionOptions DEFAULTS =
      new TransactionOptions(null, null, false, null);

  private final @Nullable Duration timeout;
  private final @Nullable IsolationLevel isolation;
  private final boolean readOnly;
  private final @Nullable String label;

  private TransactionOptions(
      @Nullable Duration timeout,
      @Nullable IsolationLevel isolation,
      boolean readOnly,
      @Nullable String label) {
    this.timeout = timeout;
    this.isolation = isolation;
    this.readOnly = readOnly;
    this.label = label;
  }

  /**
   * Returns the defaults: the executor's timeout, the database's isolation level, read-write, no
   * label.
   */
  public static TransactionOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Sets the deadline over queueing, running and committing.
   *
   * @param timeout from 1 ms to {@link #MAX_TIMEOUT}
   * @throws IllegalArgumentException if it is out of range
   */
  public TransactionOptions timeout(Duration timeout) {
    return new TransactionOptions(checkTimeout("timeout", timeout), isolation, readOnly, label);
  }

  /** Sets the isolation level of the transaction. */
  public TransactionOptions isolation(IsolationLevel isolation) {
    return new TransactionOptions(
        timeout, requireNonNull(isolation, "isolation is null"), readOnly, label);
  }

  /** Makes the transaction read-only: the database refuses writes, as far as it knows how to. */
  public TransactionOptions readOnly() {
    return new TransactionOptions(timeout, isolation, true, label);
  }

  /**
   * Names the transaction in messages, logs and crash reports.
   *
   * @param label at most 200 characters
   * @throws IllegalArgumentException if it is longer
   */
  public TransactionOptions label(String label) {
    requireNonNull(label, "label is null");
    checkArgument(
        label.length() <= MAX_LABEL_LENGTH,
        "label has %s characters; at most %s are allowed",
        label.length(),
        MAX_LABEL_LENGTH);
    return new TransactionOptions(timeout, isolation, readOnly, label);
  }

  /** Returns the timeout, or empty for the executor's. */
  public Optional<Duration> timeout() {
    return Optional.ofNullable(timeout);
  }

  /** Returns the isolation level, or empty for the database's default. */
  public Optional<IsolationLevel> isolation() {
    return Optional.ofNullable(isolation);
  }

  /** Tells whether the transaction is read-only. */
  public boolean isReadOnly() {
    return readOnly;
  }

  /** Returns the label, if one was set. */
  public Optional<String> label() {
    return Optional.ofNullable(label);
  }

  static Duration checkTimeout(String name, Duration timeout) {
    requireNonNull(timeout, name + " is null");
    checkArgument(
        timeout.compareTo(Duration.ofMillis(1)) >= 0 && timeout.compareTo(MAX_TIMEOUT) <= 0,
        "%s is %s; it must be from 1 ms to 7 days",
        name,
        timeout);
    return timeout;
  }

  @Override
  public String toString() {
    return "TransactionOptions[timeout="
        + timeout
        + ", isolation="
        + isolation
        + ", readOnly="
        + readOnly
        + ", label="
        + label
        + "]";
  }
}
