package io.cofferdam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cofferdam.ExecutorSnapshot.ConcurrencyReason;
import io.cofferdam.ExecutorSnapshot.WorkerSnapshot;
import io.cofferdam.ExecutorSnapshot.WorkerState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExecutorSnapshotTest {

  private static final WorkerSnapshot WORKER =
      WorkerSnapshot.of("bank-worker-3.7", WorkerState.READY).pid(4711).spare(true);

  private static ExecutorSnapshot of(List<WorkerSnapshot> workers) {
    return full().workers(workers).build();
  }

  private static ExecutorSnapshotBuilder full() {
    return ExecutorSnapshot.builder("bank")
        .configuredWorkers(48)
        .concurrency(12, ConcurrencyReason.FEWER_ARE_ENOUGH)
        .clients(5_000)
        .queued(17)
        .workers(List.of(WORKER))
        .dispatched(1)
        .committed(2)
        .failed(3)
        .retries(4)
        .callersTouched(5)
        .crashes(6)
        .respawns(7)
        .degraded(true)
        .lastStartFailure("no such database");
  }

  private static List<WorkerSnapshot> workers(WorkerState... states) {
    return Stream.of(states).map(state -> WorkerSnapshot.of("w", state)).toList();
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
        .isEqualTo("queued=17, busy=3, ready=1, starting=1, workers=48, concurrency=12");
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

  @Test
  void hasWhatItsBuilderWasGiven() {
    ExecutorSnapshot snapshot = full().build();

    assertThat(snapshot.name()).isEqualTo("bank");
    assertThat(snapshot.configuredWorkers()).isEqualTo(48);
    assertThat(snapshot.concurrency()).isEqualTo(12);
    assertThat(snapshot.concurrencyReason()).isEqualTo(ConcurrencyReason.FEWER_ARE_ENOUGH);
    assertThat(snapshot.clients()).isEqualTo(5_000);
    assertThat(snapshot.queued()).isEqualTo(17);
    assertThat(snapshot.workers()).containsExactly(WORKER);
    assertThat(snapshot.dispatched()).isEqualTo(1);
    assertThat(snapshot.committed()).isEqualTo(2);
    assertThat(snapshot.failed()).isEqualTo(3);
    assertThat(snapshot.retries()).isEqualTo(4);
    assertThat(snapshot.callersTouched()).isEqualTo(5);
    assertThat(snapshot.crashes()).isEqualTo(6);
    assertThat(snapshot.respawns()).isEqualTo(7);
    assertThat(snapshot.degraded()).isTrue();
    assertThat(snapshot.lastStartFailure()).contains("no such database");
  }

  @Test
  void isEmptyUnlessItsBuilderWasGivenMore() {
    ExecutorSnapshot snapshot = ExecutorSnapshot.builder("bank").build();

    assertThat(snapshot.workers()).isEmpty();
    assertThat(snapshot.lastStartFailure()).isEmpty();
    assertThat(snapshot.degraded()).isFalse();
    assertThat(snapshot.vitalSigns())
        .isEqualTo("queued=0, busy=0, ready=0, starting=0, workers=0, concurrency=0");
  }

  @Nested
  class AsAValue {

    static Stream<UnaryOperator<ExecutorSnapshotBuilder>> changes() {
      return Stream.of(
          builder -> builder.configuredWorkers(0),
          builder -> builder.concurrency(0, ConcurrencyReason.FEWER_ARE_ENOUGH),
          builder -> builder.concurrency(12, ConcurrencyReason.MORE_DO_MORE),
          builder -> builder.clients(0),
          builder -> builder.queued(0),
          builder -> builder.workers(List.of(WORKER.spare(false))),
          builder -> builder.dispatched(0),
          builder -> builder.committed(0),
          builder -> builder.failed(0),
          builder -> builder.retries(0),
          builder -> builder.callersTouched(0),
          builder -> builder.crashes(0),
          builder -> builder.respawns(0),
          builder -> builder.degraded(false),
          builder -> builder.lastStartFailure(null));
    }

    @Test
    void equalsOneWithTheSameValues() {
      assertThat(full().build()).isEqualTo(full().build()).hasSameHashCodeAs(full().build());
      assertThat(full().build()).hasToString(full().build().toString());
    }

    @ParameterizedTest
    @MethodSource("changes")
    void differsInEachValue(UnaryOperator<ExecutorSnapshotBuilder> change) {
      ExecutorSnapshot changed = change.apply(full()).build();

      assertThat(changed).isNotEqualTo(full().build());
      assertThat(changed.toString()).isNotEqualTo(full().build().toString());
    }

    @Test
    void differsInItsName() {
      assertThat(ExecutorSnapshot.builder("a").build())
          .isNotEqualTo(ExecutorSnapshot.builder("b").build());
    }
  }

  @Nested
  class OfAWorker {

    @Test
    void hasWhatItWasGiven() {
      assertThat(WORKER.name()).isEqualTo("bank-worker-3.7");
      assertThat(WORKER.state()).isEqualTo(WorkerState.READY);
      assertThat(WORKER.pid()).isEqualTo(4711);
      assertThat(WORKER.spare()).isTrue();
    }

    @Test
    void hasNoProcessAtFirst() {
      WorkerSnapshot worker = WorkerSnapshot.of("w", WorkerState.NEW);

      assertThat(worker.pid()).isEqualTo(-1);
      assertThat(worker.spare()).isFalse();
    }

    @Test
    void isAValue() {
      assertThat(WORKER)
          .isEqualTo(WorkerSnapshot.of(WORKER.name(), WORKER.state()).pid(4711).spare(true))
          .hasSameHashCodeAs(WorkerSnapshot.of(WORKER.name(), WORKER.state()).pid(4711).spare(true))
          .isNotEqualTo(WORKER.pid(1))
          .isNotEqualTo(WORKER.spare(false))
          .isNotEqualTo(WorkerSnapshot.of("other", WORKER.state()).pid(4711).spare(true))
          .isNotEqualTo(WorkerSnapshot.of(WORKER.name(), WorkerState.BUSY).pid(4711).spare(true));
    }
  }
}
