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
