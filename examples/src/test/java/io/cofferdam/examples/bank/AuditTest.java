package io.cofferdam.examples.bank;

import static org.assertj.core.api.Assertions.assertThat;

import io.cofferdam.Outcome;
import io.cofferdam.OutcomeTracking;
import io.cofferdam.TransactionException.Details;
import io.cofferdam.TransactionTimeoutException;
import io.cofferdam.testkit.tpcb.TpcBState;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class AuditTest {

  private static final Answer COMMITTED = Answer.of(null);
  private static final Answer ROLLED_BACK = crashed(Outcome.ROLLED_BACK);
  private static final Answer UNKNOWN = crashed(Outcome.UNKNOWN);
  private static final Answer NOT_STARTED = crashed(Outcome.NOT_STARTED);

  @Nested
  class Passes {

    @Test
    void aRunWithoutFailures() {
      assertThat(Audit.judge(run(0, COMMITTED, COMMITTED), bank(1, 2), OutcomeTracking.NONE))
          .isEmpty();
    }

    @Test
    void aRolledBackTransactionThatLeftNothing() {
      assertThat(Audit.judge(run(1, COMMITTED, ROLLED_BACK), bank(1), OutcomeTracking.NONE))
          .isEmpty();
    }

    @Test
    void anUnknownOutcomeWhicheverItWas() {
      RunResult run = run(2, UNKNOWN, UNKNOWN);
      assertThat(Audit.judge(run, bank(2), OutcomeTracking.NONE)).isEmpty();
      assertThat(Audit.unknownInHistory(run, bank(2))).isEqualTo(1);
    }

    @Test
    void aKillThatTouchedNobody() {
      assertThat(Audit.judge(run(5, COMMITTED), bank(1), OutcomeTracking.NONE)).isEmpty();
    }

    @Test
    void aTimeoutWithoutAnyKill() {
      Answer timedOut =
          Answer.of(
              new TransactionTimeoutException("too late", Details.of(Outcome.NOT_STARTED), null));
      assertThat(Audit.judge(run(0, COMMITTED, timedOut), bank(1), OutcomeTracking.NONE)).isEmpty();
    }
  }

  @Nested
  class Fails {

    @Test
    void whenAnOutcomeIsUnknownThoughCommitsAreTracked() {
      assertThat(Audit.judge(run(1, UNKNOWN), bank(1), OutcomeTracking.TRANSACTION_ID))
          .containsExactly("1 outcomes are unknown, though commits are tracked by TRANSACTION_ID");
    }

    @Test
    void whenAnAcknowledgedTransactionIsMissing() {
      assertThat(
              Audit.judge(run(0, COMMITTED, COMMITTED, COMMITTED), bank(2), OutcomeTracking.NONE))
          .containsExactly("acknowledged but not in the history: 2, the first with id 1");
    }

    @Test
    void whenATransactionIsInTheHistoryTwice() {
      assertThat(Audit.judge(run(0, COMMITTED), bank(1, 1), OutcomeTracking.NONE))
          .containsExactly("more than once in the history: 1, the first with id 1");
    }

    @Test
    void whenAnUnknownTransactionIsInTheHistoryTwice() {
      assertThat(Audit.judge(run(1, UNKNOWN), bank(1, 1), OutcomeTracking.NONE))
          .containsExactly("more than once in the history: 1, the first with id 1");
    }

    @Test
    void whenARolledBackTransactionIsPresent() {
      assertThat(Audit.judge(run(1, COMMITTED, ROLLED_BACK), bank(1, 2), OutcomeTracking.NONE))
          .containsExactly("reported as rolled back but in the history: 1, the first with id 2");
    }

    @Test
    void whenATransactionThatDidNotStartIsPresent() {
      assertThat(Audit.judge(run(1, NOT_STARTED), bank(1), OutcomeTracking.NONE))
          .containsExactly("reported as not started but in the history: 1, the first with id 1");
    }

    @Test
    void whenNobodyWasToldOfATransaction() {
      assertThat(Audit.judge(run(0, COMMITTED), bank(1, 7), OutcomeTracking.NONE))
          .containsExactly("in the history without an answer: 1, the first with id 7");
    }

    @Test
    void whenAnAnswerIsMissing() {
      RunResult run = new RunResult(Duration.ofSeconds(1), 2, 1, Map.of(1L, COMMITTED), 0, 0, 0, 0);
      assertThat(Audit.judge(run, bank(1), OutcomeTracking.NONE))
          .containsExactly("2 transactions were submitted, but 1 answers came, to 1 of them");
    }

    @Test
    void whenATransactionIsAnsweredTwice() {
      RunResult run = new RunResult(Duration.ofSeconds(1), 1, 2, Map.of(1L, COMMITTED), 0, 0, 0, 0);
      assertThat(Audit.judge(run, bank(1), OutcomeTracking.NONE))
          .containsExactly("1 transactions were submitted, but 2 answers came, to 1 of them");
    }

    @Test
    void whenMoreCallersAreTouchedThanWorkersKilled() {
      assertThat(Audit.judge(run(1, ROLLED_BACK, ROLLED_BACK), bank(), OutcomeTracking.NONE))
          .containsExactly("2 callers were touched by 1 kills");
    }

    @Test
    void whenACallerFailsForAnyOtherReasonWithoutAKill() {
      Answer failed = Answer.of(new SQLException("the disk is full"));
      assertThat(Audit.judge(run(0, failed), bank(), OutcomeTracking.NONE))
          .containsExactly("1 callers were touched by 0 kills");
    }

    @Test
    void whenASumIsWrong() {
      assertThat(
              Audit.judge(
                  run(0, COMMITTED), new TpcBState(List.of(1L), 5, 6, 7, 8), OutcomeTracking.NONE))
          .containsExactly(
              "the balances of the branches sum up to 6, the history to 5",
              "the balances of the tellers sum up to 7, the history to 5",
              "the balances of the accounts sum up to 8, the history to 5");
    }
  }

  private static Answer crashed(Outcome outcome) {
    return new Answer(outcome, "WorkerCrashedException", true);
  }

  /** A run whose transactions have the ids 1, 2, 3, ... and these answers. */
  private static RunResult run(long kills, Answer... told) {
    Map<Long, Answer> answers =
        LongStream.rangeClosed(1, told.length)
            .boxed()
            .collect(Collectors.toMap(id -> id, id -> told[id.intValue() - 1]));
    return new RunResult(
        Duration.ofSeconds(1), told.length, told.length, answers, kills, 0, kills, 0);
  }

  /** A bank with these ids in its history, and with sums that agree. */
  private static TpcBState bank(long... historyIds) {
    return new TpcBState(LongStream.of(historyIds).boxed().toList(), 42, 42, 42, 42);
  }
}
