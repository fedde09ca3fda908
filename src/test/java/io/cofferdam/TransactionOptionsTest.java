package io.cofferdam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.sql.Connection;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransactionOptionsTest {

  private final TransactionOptions defaults = TransactionOptions.defaults();

  @Test
  void leaveEverythingOpenByDefault() {
    assertThat(defaults.timeout()).isEmpty();
    assertThat(defaults.isolation()).isEmpty();
    assertThat(defaults.isReadOnly()).isFalse();
    assertThat(defaults.label()).isEmpty();
    assertThat(defaults.idempotencyKey()).isEmpty();
    assertThat(defaults.fingerprint()).isEmpty();
    assertThat(defaults.retry()).isEmpty();
  }

  @Test
  void keepWhatWasSetBefore() {
    TransactionOptions options =
        defaults
            .timeout(Duration.ofSeconds(5))
            .isolation(IsolationLevel.SERIALIZABLE)
            .readOnly()
            .label("report")
            .timeout(Duration.ofSeconds(6));

    assertThat(options.timeout()).contains(Duration.ofSeconds(6));
    assertThat(options.isolation()).contains(IsolationLevel.SERIALIZABLE);
    assertThat(options.isReadOnly()).isTrue();
    assertThat(options.label()).contains("report");
    assertThat(options)
        .hasToString(
            "TransactionOptions[timeout=PT6S, isolation=SERIALIZABLE, readOnly=true,"
                + " label=report, idempotencyKey=null, fingerprint=null, retry=null]");
  }

  @Test
  void doNotChange() {
    TransactionOptions before = defaults.label("before");

    assertThat(before.label("after")).isNotSameAs(before);
    assertThat(before.label()).contains("before");
    assertThat(defaults.label()).isEmpty();
  }

  @Nested
  class ATimeout {

    @ParameterizedTest
    @ValueSource(strings = {"PT0.001S", "PT30S", "P7D"})
    void mayBeFromAMillisecondToAWeek(Duration timeout) {
      assertThat(defaults.timeout(timeout).timeout()).contains(timeout);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT0.000999S", "PT168H0.001S"})
    void isRefusedOutsideOfThat(Duration timeout) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> defaults.timeout(timeout))
          .withMessage("timeout is " + timeout + "; it must be from 1 ms to 7 days");
    }
  }

  @Nested
  class ALabel {

    @Test
    void mayHave200Characters() {
      assertThat(defaults.label("x".repeat(200)).label()).contains("x".repeat(200));
    }

    @Test
    void isRefusedWhenItIsLonger() {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> defaults.label("x".repeat(201)))
          .withMessage("label has 201 characters; at most 200 are allowed");
    }
  }

  @Nested
  class AnIdempotencyKey {

    @Test
    void mayHaveAFingerprint() {
      TransactionOptions options = defaults.idempotencyKey("payment-17", "sha-256").label("pay");

      assertThat(options.idempotencyKey()).contains("payment-17");
      assertThat(options.fingerprint()).contains("sha-256");
      assertThat(options.toString()).contains("idempotencyKey=payment-17, fingerprint=sha-256");
    }

    @Test
    void takesTheFingerprintOfTheKeyBeforeAway() {
      assertThat(defaults.idempotencyKey("a", "print").idempotencyKey("b").fingerprint()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 200})
    void mayHave1To200Characters(int length) {
      String key = "x".repeat(length);

      assertThat(defaults.idempotencyKey(key).idempotencyKey()).contains(key);
      assertThat(defaults.idempotencyKey(key, "y".repeat(200)).fingerprint()).isPresent();
    }

    @Test
    void isRefusedWhenItIsEmptyOrLongerOrHasAControlCharacter() {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> defaults.idempotencyKey(""))
          .withMessage("idempotencyKey is empty; it must have 1 to 200 characters");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> defaults.idempotencyKey("x".repeat(201), ""))
          .withMessage("idempotencyKey has 201 characters; at most 200 are allowed");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> defaults.idempotencyKey("pay\n"))
          .withMessage("idempotencyKey has a control character, such as a line break, at index 3");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> defaults.idempotencyKey("x", "y".repeat(201)))
          .withMessage("fingerprint has 201 characters; at most 200 are allowed");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> defaults.idempotencyKey("x", "y\0"))
          .withMessage("fingerprint has the character NUL, which ends a text early, at index 1");
    }

    /** In the database all halves look the same, so that two keys would be one. */
    @Test
    void isRefusedWhenItWasCutInsideACharacter() {
      String cut = "pay \uD83D\uDE00".substring(0, 5);
      String message =
          " has half of a character that takes two chars, as if it had been cut in between";

      assertThatIllegalArgumentException()
          .isThrownBy(() -> defaults.idempotencyKey(cut))
          .withMessage("idempotencyKey" + message);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> defaults.idempotencyKey("x", cut))
          .withMessage("fingerprint" + message);
    }

    @Test
    void isRefusedForAReadOnlyTransactionWhicheverComesFirst() {
      String message =
          "a transaction with an idempotency key cannot be read-only: the key is written with it";

      assertThatIllegalArgumentException()
          .isThrownBy(() -> defaults.readOnly().idempotencyKey("x"))
          .withMessage(message);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> defaults.idempotencyKey("x").readOnly())
          .withMessage(message);
    }
  }

  @Nested
  class ARetryPolicy {

    @Test
    void isKept() {
      RetryPolicy policy = RetryPolicy.attempts(2);

      assertThat(defaults.retry(policy).label("x").retry()).contains(policy);
    }
  }

  @Nested
  class AnIsolationLevel {

    @ParameterizedTest
    @CsvSource({
      "READ_UNCOMMITTED, " + Connection.TRANSACTION_READ_UNCOMMITTED,
      "READ_COMMITTED, " + Connection.TRANSACTION_READ_COMMITTED,
      "REPEATABLE_READ, " + Connection.TRANSACTION_REPEATABLE_READ,
      "SERIALIZABLE, " + Connection.TRANSACTION_SERIALIZABLE
    })
    void isThatOfJdbc(IsolationLevel level, int constant) {
      assertThat(level.jdbcValue()).isEqualTo(constant);
    }
  }
}
