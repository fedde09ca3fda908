package io.cofferdam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cofferdam.ExecutorSnapshot.WorkerSnapshot;
import io.cofferdam.ExecutorSnapshot.WorkerState;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ExecutorSnapshotTest {

  private static ExecutorSnapshot of(List<WorkerSnapshot> workers) {
    return new ExecutorSnapshot("bank", 48, 5_000, 17, workers, 1, 2, 3, 4, 5, 6, 7, false, null);
  }

  private static List<WorkerSnapshot> workers(WorkerState... states) {
    return Stream.of(states).map(state -> new WorkerSnapshot("w", 1, state, false)).toList();
  }

  @Test
  void countsEveryStateOnce() {
    ExecutorSnapshot snapshot = of(workers(WorkerState.values()));

    assertThat(snapshot.busy()).isEqualTo(2);
    assertThat(snapshot.ready()).isEqualTo(1);
    assertThat(snapshot.starting()).isEqualTo(1);
  }

  @Test
  void countsNothingWithoutWorkers() {
    ExecutorSnapshot snapshot = of(List.of());

    assertThat(snapshot.busy() + snapshot.ready() + snapshot.starting()).isZero();
  }

  @Test
  void showsItsVitalSigns() {
    ExecutorSnapshot snapshot =
        of(
            workers(
                WorkerState.BUSY,
                WorkerState.BUSY,
                WorkerState.CANCELLING,
                WorkerState.READY,
                WorkerState.STARTING));

    assertThat(snapshot.vitalSigns())
        .isEqualTo("queued=17, busy=3, ready=1, starting=1, workers=48");
  }

  @Test
  void doesNotChangeWithTheListThatItWasMadeOf() {
    List<WorkerSnapshot> workers = new ArrayList<>(workers(WorkerState.READY));
    ExecutorSnapshot snapshot = of(workers);
    workers.clear();

    assertThat(snapshot.ready()).isEqualTo(1);
    assertThatThrownBy(() -> snapshot.workers().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
