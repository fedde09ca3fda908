package io.cofferdam;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How one transaction is to run. Immutable and thread-safe: every method that sets a value returns
 * a new instance, so options can be kept in a constant and refined from there.
 */
public final class TransactionOptions {

  /** The longest timeout that can be asked for. */
  public static final Duration MAX_TIMEOUT = Duration.ofDays(7);

  private static final int MAX_LENGTH = 200;
  private static final TransactionOptions DEFAULTS = new TransactionOptions(new Draft());

  private final @Nullable Duration timeout;
  private final @Nullable IsolationLevel isolation;
  private final boolean readOnly;
  private final @Nullable String label;
  private final @Nullable String idempotencyKey;
  private final @Nullable String fingerprint;
  private final @Nullable RetryPolicy retry;

  private TransactionOptions(Draft draft) {
    timeout = draft.timeout;
    isolation = draft.isolation;
    readOnly = draft.readOnly;
    label = draft.label;
    idempotencyKey = draft.idempotencyKey;
    fingerprint = draft.fingerprint;
    retry = draft.retry;
    checkArgument(
        !readOnly || idempotencyKey == null,
        "a transaction with an idempotency key cannot be read-only: the key is written with it");
  }

  /**
   * Returns the defaults: the executor's timeout, the database's isolation level, read-write, no
   * label, no idempotency key, no retry.
   */
  public static TransactionOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Sets the deadline over queueing, running and committing, all attempts together.
   *
   * @param timeout from 1 ms to {@link #MAX_TIMEOUT}
   * @throws IllegalArgumentException if it is out of range
   */
  public TransactionOptions timeout(Duration timeout) {
    checkTimeout("timeout", timeout);
    return with(draft -> draft.timeout = timeout);
  }

  /** Sets the isolation level of the transaction. */
  public TransactionOptions isolation(IsolationLevel isolation) {
    requireNonNull(isolation, "isolation is null");
    return with(draft -> draft.isolation = isolation);
  }

  /**
   * Makes the transaction read-only: the database refuses writes, as far as it knows how to.
   *
   * @throws IllegalArgumentException if there is an idempotency key
   */
  public TransactionOptions readOnly() {
    return with(draft -> draft.readOnly = true);
  }

  /**
   * Names the transaction in messages, logs and crash reports.
   *
   * @param label at most 200 characters, none of them a control character
   * @throws IllegalArgumentException if it is longer or has a control character
   */
  public TransactionOptions label(String label) {
    checkLength("label", label);
    Texts.checkNoControl("label", label);
    return with(draft -> draft.label = label);
  }

  /**
   * Names the operation that the transaction carries out, without a fingerprint.
   *
   * @see #idempotencyKey(String, String)
   */
  public TransactionOptions idempotencyKey(String key) {
    checkKey(key);
    return with(
        draft -> {
          draft.idempotencyKey = key;
          draft.fingerprint = null;
        });
  }

  /**
   * Names the operation that the transaction carries out. An executor runs one task with a key at a
   * time: another one waits until the first has its answer, or until its own deadline.
   *
   * @param key 1 to 200 characters, none of them a control character or half of one
   * @param fingerprint what tells this operation from another one that was given the same key by
   *     mistake, such as a hash of the request; at most 200 characters, none of them NUL
   * @throws IllegalArgumentException if one of them is not as described, or the transaction is
   *     read-only
   */
  public TransactionOptions idempotencyKey(String key, String fingerprint) {
    checkKey(key);
    checkLength("fingerprint", fingerprint);
    Texts.checkNoNul("fingerprint", fingerprint);
    Texts.checkWhole("fingerprint", fingerprint);
    return with(
        draft -> {
          draft.idempotencyKey = key;
          draft.fingerprint = fingerprint;
        });
  }

  /**
   * Lets the task be tried again after failures that may not happen a second time, if nothing of it
   * remains in the database and its deadline allows it.
   */
  public TransactionOptions retry(RetryPolicy retry) {
    requireNonNull(retry, "retry is null");
    return with(draft -> draft.retry = retry);
  }

  /** {@return the timeout, or empty for the executor's} */
  public Optional<Duration> timeout() {
    return Optional.ofNullable(timeout);
  }

  /** {@return the isolation level, or empty for the database's default} */
  public Optional<IsolationLevel> isolation() {
    return Optional.ofNullable(isolation);
  }

  /** {@return whether the transaction is read-only} */
  public boolean isReadOnly() {
    return readOnly;
  }

  /** {@return the label, if one was set} */
  public Optional<String> label() {
    return Optional.ofNullable(label);
  }

  /** {@return the idempotency key, if one was set} */
  public Optional<String> idempotencyKey() {
    return Optional.ofNullable(idempotencyKey);
  }

  /** {@return the fingerprint that was set with the idempotency key, if any} */
  public Optional<String> fingerprint() {
    return Optional.ofNullable(fingerprint);
  }

  /** {@return when the task is tried again, or empty for never} */
  public Optional<RetryPolicy> retry() {
    return Optional.ofNullable(retry);
  }

  @CanIgnoreReturnValue
  static Duration checkTimeout(String name, Duration timeout) {
    requireNonNull(timeout, name + " is null");
    checkArgument(
        timeout.compareTo(Duration.ofMillis(1)) >= 0 && timeout.compareTo(MAX_TIMEOUT) <= 0,
        "%s is %s; it must be from 1 ms to 7 days",
        name,
        timeout);
    return timeout;
  }

  private static void checkLength(String name, String value) {
    requireNonNull(value, name + " is null");
    checkArgument(
        value.length() <= MAX_LENGTH,
        "%s has %s characters; at most %s are allowed",
        name,
        value.length(),
        MAX_LENGTH);
  }

  private static void checkKey(String key) {
    checkLength("idempotencyKey", key);
    checkArgument(!key.isEmpty(), "idempotencyKey is empty; it must have 1 to 200 characters");
    Texts.checkNoControl("idempotencyKey", key);
    Texts.checkWhole("idempotencyKey", key);
  }

  private TransactionOptions with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return new TransactionOptions(draft);
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
        + ", idempotencyKey="
        + idempotencyKey
        + ", fingerprint="
        + fingerprint
        + ", retry="
        + retry
        + "]";
  }

  /** Options that are being put together. */
  private static final class Draft {

    private @Nullable Duration timeout;
    private @Nullable IsolationLevel isolation;
    private boolean readOnly;
    private @Nullable String label;
    private @Nullable String idempotencyKey;
    private @Nullable String fingerprint;
    private @Nullable RetryPolicy retry;

    Draft() {}

    Draft(TransactionOptions from) {
      timeout = from.timeout;
      isolation = from.isolation;
      readOnly = from.readOnly;
      label = from.label;
      idempotencyKey = from.idempotencyKey;
      fingerprint = from.fingerprint;
      retry = from.retry;
    }
  }
}
