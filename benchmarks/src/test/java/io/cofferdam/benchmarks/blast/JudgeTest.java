package io.cofferdam.benchmarks.blast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cofferdam.benchmarks.blast.Event.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** What is derived from the clients' log and the history; the fault strikes at 10 s. */
class JudgeTest {

  private static final int VICTIM = 0;

  private final List<Event> events = new ArrayList<>();

  @Test
  void countsClientsOfFailedAndOfUnansweredTransactions() {
    add(9, 1, VICTIM, Kind.STARTED_FAULTY);
    add(9, 2, 1, Kind.STARTED);
    add(11, 3, 2, Kind.STARTED);
    add(11, 4, 3, Kind.STARTED);
    add(12, 1, VICTIM, Kind.ROLLED_BACK);
    add(12, 3, 2, Kind.UNKNOWN);
    add(12, 4, 3, Kind.COMMITTED);

    BlastResult.Losses losses = judge(2L, 4L).losses();

    assertThat(losses).isEqualTo(new BlastResult.Losses(2, 3, 1, 1, 1, 1, 0));
    assertThat(losses.transactions()).isEqualTo(3);
  }

  @Test
  void findsAnswersThatTheHistoryContradicts() {
    add(9, 1, VICTIM, Kind.STARTED_FAULTY);
    for (int id = 2; id <= 5; id++) {
      add(11, id, id, Kind.STARTED);
    }
    add(12, 1, VICTIM, Kind.ROLLED_BACK);
    add(12, 2, 2, Kind.COMMITTED);
    add(12, 3, 3, Kind.NOT_STARTED);
    add(12, 4, 4, Kind.COMMITTED);
    add(12, 5, 5, Kind.UNKNOWN);

    assertThat(judge(1L, 3L, 4L, 4L, 5L).losses().wrong()).isEqualTo(4);
    assertThat(judge(2L, 4L).losses().wrong()).isZero();
  }

  @Test
  void measuresTheLongestGapOfTheOthersToItsEnd() {
    add(8, 1, VICTIM, Kind.STARTED_FAULTY);
    for (int id = 2; id <= 5; id++) {
      add(8, id, id, Kind.STARTED);
    }
    add(9, 2, 2, Kind.COMMITTED);
    add(11, 3, 3, Kind.COMMITTED);
    add(12, 1, VICTIM, Kind.COMMITTED);
    add(14, 4, 4, Kind.COMMITTED);
    add(15, 5, 5, Kind.COMMITTED);

    BlastResult result = judge(1L, 2L, 3L, 4L, 5L);

    assertThat(result.recovery()).isEqualTo(new BlastResult.Recovery(5, 10, 0.5, 0));
    assertThat(result.others()).isEqualTo("not in 10 s");
  }

  @Test
  void acceptsNoFailureBeforeTheFault() {
    add(8, 1, VICTIM, Kind.STARTED);
    add(9, 1, VICTIM, Kind.UNKNOWN);

    assertThatThrownBy(this::judge)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("failed before the fault");
  }

  private void add(int second, long transaction, int client, Kind kind) {
    events.add(new Event(nanos(second), transaction, client, kind));
  }

  private BlastResult judge(Long... history) {
    return Judge.judge(
        new Observation(
            events,
            Arrays.asList(history),
            nanos(10),
            nanos(20),
            new Observation.Ending(1, 0, OptionalDouble.empty()),
            Duration.ofSeconds(2)));
  }

  private static long nanos(int second) {
    return Duration.ofSeconds(second).toNanos();
  }
}
