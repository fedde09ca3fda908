package io.cofferdam.internal.queue;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.cofferdam.Outcome;
import io.cofferdam.TransactionException;
import io.cofferdam.TransactionOptions;
import io.cofferdam.TransactionRejectedException;
import io.cofferdam.internal.answer.FailureMessages;
import io.cofferdam.internal.task.Answer;
import io.cofferdam.internal.task.ClientQueue;
import io.cofferdam.internal.task.PendingTask;
import io.cofferdam.internal.task.SubmittedTask;
import io.cofferdam.internal.wire.NotCommitted;
import io.cofferdam.testing.StandingClock;
import java.time.Duration;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KeptResultsTest {

  private static final byte[] RESULT = {1, 2, 3};
  private static final Answer COMMITTED = new Answer.Committed(RESULT);
  private static final Duration A_MOMENT = Duration.ofMillis(1);

  private final StandingClock clock = new StandingClock();
  private final FailureMessages messages = Tasks.messages();
  private final KeptResults kept = new KeptResults(clock);
  private final ClientQueue client = new ClientQueue("teller");
  private final Tasks tasks = new Tasks();

  private SubmittedTask task(TransactionOptions options) {
    return tasks.submitted(client, options, Tasks.inOneHour());
  }

  private SubmittedTask withKey(String key) {
    return task(TransactionOptions.defaults().idempotencyKey(key));
  }

  private SubmittedTask withFingerprint(String fingerprint) {
    return task(TransactionOptions.defaults().idempotencyKey("k", fingerprint));
  }

  /** Returns what the task is answered without a worker. */
  private Answer known(PendingTask task) {
    byte[] result = requireNonNull(kept.find(task)).result();
    return result == null ? messages.keyReused(task) : new Answer.Stored(result);
  }

  private void assertStored(PendingTask task) {
    Answer answer = known(task);
    assertThat(answer)
        .isInstanceOfSatisfying(
            Answer.Stored.class, stored -> assertThat(stored.result()).isEqualTo(RESULT));
    assertThat(answer.outcome()).isEqualTo(Outcome.COMMITTED);
  }

  private static TransactionException exceptionOf(Answer answer) {
    assertThat(answer).isInstanceOf(Answer.Failure.class);
    return ((Answer.Failure) answer).exception();
  }

  @Nested
  class ACommit {

    @Test
    void answersTheDuplicatesOfItsTask() {
      kept.keep(withKey("k"), COMMITTED);

      assertStored(withKey("k"));
      assertStored(withKey("k"));
    }

    @Test
    void answersNoOtherTasks() {
      kept.keep(withKey("k"), COMMITTED);

      assertThat(kept.find(withKey("K"))).isNull();
      assertThat(kept.find(tasks.submitted(client))).isNull();
    }

    @Test
    void isNotKeptWithoutAKey() {
      kept.keep(tasks.submitted(client), COMMITTED);

      assertThat(kept.find(tasks.submitted(client))).isNull();
    }
  }

  @Nested
  class AMinute {

    @Test
    void isWhatACommitIsKeptFor() {
      kept.keep(withKey("k"), COMMITTED);

      clock.pass(Duration.ofMinutes(1).minus(A_MOMENT));
      assertStored(withKey("k"));
      clock.pass(A_MOMENT);
      assertThat(kept.find(withKey("k"))).isNull();
    }

    @Test
    void isNotProlongedByADuplicate() {
      kept.keep(withKey("k"), COMMITTED);
      clock.pass(Duration.ofSeconds(59));
      SubmittedTask duplicate = withKey("k");

      kept.keep(duplicate, known(duplicate));

      clock.pass(Duration.ofSeconds(1));
      assertThat(kept.find(withKey("k"))).isNull();
    }
  }

  @Nested
  class Nothing {

    static Stream<Answer> answersWithoutACommitOfTheTaskItself() {
      return Stream.of(
          new Answer.Stored(RESULT),
          new Answer.TaskFailed(Outcome.ROLLED_BACK, null, RESULT, "worker"),
          Tasks.messages().resultLost(new Tasks().submitted(new ClientQueue("x")), "it died"));
    }

    @ParameterizedTest
    @MethodSource("answersWithoutACommitOfTheTaskItself")
    void isKeptOf(Answer answer) {
      kept.keep(withKey("k"), answer);

      assertThat(kept.find(withKey("k"))).isNull();
    }

    @Test
    void isKeptOfACommitThatIsFoundLateSinceItsRowMayBeGoneSoon() {
      SubmittedTask one = withKey("1");
      SubmittedTask other = withKey("2");
      clock.pass(KeptResults.LATEST.minusSeconds(1));
      kept.keep(one, COMMITTED);
      clock.pass(Duration.ofMinutes(1));
      kept.keep(other, COMMITTED);

      assertThat(kept.find(withKey("2"))).isNull();
    }

    @Test
    void outlivesTheShortestLifeOfARow() {
      assertThat(KeptResults.LATEST.plus(KeptResults.LIFE)).isLessThan(Duration.ofHours(1));
    }
  }

  @Nested
  class AnotherFingerprint {

    @Test
    void isRefusedAsTheStoredRowWouldRefuseIt() {
      kept.keep(withFingerprint("100 EUR"), COMMITTED);
      SubmittedTask other = withFingerprint("200 EUR");

      Answer refusal = known(other);

      Answer byTheRow =
          messages.notCommitted(
              other,
              new NotCommitted(NotCommitted.Reason.KEY_REUSED, false, null, "", new byte[0]),
              null);
      assertThat(exceptionOf(refusal))
          .hasMessage(exceptionOf(byTheRow).getMessage())
          .isInstanceOfSatisfying(
              TransactionRejectedException.class,
              rejected -> {
                assertThat(rejected.reason())
                    .isEqualTo(TransactionRejectedException.Reason.KEY_REUSED);
                assertThat(rejected.outcome()).isEqualTo(Outcome.NOT_STARTED);
                assertThat(rejected.taskId()).contains(other.id());
              });
      assertThat(refusal.outcome()).isEqualTo(byTheRow.outcome());
      assertThat(refusal.retryCause()).isNull();
    }

    @Test
    void leavesTheResultForTheOneThatCommitted() {
      kept.keep(withFingerprint("100 EUR"), COMMITTED);

      kept.keep(withFingerprint("200 EUR"), known(withFingerprint("200 EUR")));

      assertStored(withFingerprint("100 EUR"));
    }

    @Test
    void isAlsoToHaveOneWhereThereWasNone() {
      kept.keep(withKey("k"), COMMITTED);

      assertThat(exceptionOf(known(withFingerprint("100 EUR"))))
          .isInstanceOf(TransactionRejectedException.class);
      assertStored(withFingerprint(""));
    }
  }

  @Nested
  class TheWeight {

    private long keptOf(int count) {
      return IntStream.range(0, count).filter(i -> kept.find(withKey("k" + i)) != null).count();
    }

    @Test
    void boundsLargeResults() {
      byte[] large = new byte[1 << 20];
      for (int i = 0; i < 40; i++) {
        kept.keep(withKey("k" + i), new Answer.Committed(large));
      }

      assertThat(keptOf(40)).isPositive().isLessThan(16);
    }

    @Test
    void boundsManySmallOnes() {
      for (int i = 0; i < 100_000; i++) {
        kept.keep(withKey("k" + i), COMMITTED);
      }

      assertThat(keptOf(100_000)).isPositive().isLessThan(KeptResults.MAX_WEIGHT / 256);
    }
  }
}
