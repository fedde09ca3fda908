package io.cofferdam.internal.supervise;

import static io.cofferdam.ExecutorSnapshot.WorkerState.BUSY;
import static io.cofferdam.ExecutorSnapshot.WorkerState.CANCELLING;
import static io.cofferdam.ExecutorSnapshot.WorkerState.DEAD;
import static io.cofferdam.ExecutorSnapshot.WorkerState.DRAINING;
import static io.cofferdam.ExecutorSnapshot.WorkerState.NEW;
import static io.cofferdam.ExecutorSnapshot.WorkerState.READY;
import static io.cofferdam.ExecutorSnapshot.WorkerState.STARTING;
import static org.assertj.core.api.Assertions.assertThat;

import io.cofferdam.ExecutorSnapshot.WorkerSnapshot;
import io.cofferdam.ExecutorSnapshot.WorkerState;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StrengthTest {

  /** An executor of four workers and a spare. */
  private static Strength of(WorkerState... slots) {
    return new Strength(
        () -> 4, () -> Stream.of(slots).map(state -> WorkerSnapshot.of("worker", state)).toList());
  }

  @Test
  void isShortWhileFewerThanHalfOfTheWorkersAreConnected() {
    assertThat(of(BUSY, STARTING, NEW, DEAD, DRAINING).isShort()).isTrue();
    assertThat(of(STARTING, STARTING, NEW, DEAD, NEW).isShort()).isTrue();
  }

  @Test
  void isNotShortFromHalfOfTheWorkersOn() {
    assertThat(of(BUSY, CANCELLING, NEW, NEW, NEW).isShort()).isFalse();
    assertThat(of(READY, READY, READY, BUSY, BUSY).isShort()).isFalse();
  }

  @Test
  void knowsWhetherAnyWorkerReachesTheDatabase() {
    assertThat(of(STARTING, NEW, DEAD).isAnyConnected()).isFalse();
    assertThat(of(STARTING, NEW, READY).isAnyConnected()).isTrue();
  }
}
