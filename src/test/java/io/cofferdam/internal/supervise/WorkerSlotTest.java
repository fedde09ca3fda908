package io.cofferdam.internal.supervise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cofferdam.ExecutorSnapshot.WorkerSnapshot;
import io.cofferdam.ExecutorSnapshot.WorkerState;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class WorkerSlotTest {

  private final WorkerSlot slot = new WorkerSlot("bank-worker-3");

  private void become(WorkerState... states) {
    for (WorkerState state : states) {
      slot.transition(slot.state(), state, null);
    }
  }

  @Test
  void beginsWithoutAProcess() {
    assertThat(slot.snapshot())
        .isEqualTo(new WorkerSnapshot("bank-worker-3", -1, WorkerState.NEW, false));
  }

  @Test
  void namesItsProcess() {
    slot.process("bank-worker-3.7", 4711);
    become(WorkerState.STARTING);

    assertThat(slot.snapshot())
        .isEqualTo(new WorkerSnapshot("bank-worker-3.7", 4711, WorkerState.STARTING, false));
  }

  @Test
  void goesOnlyFromTheStateThatItIsIn() {
    assertThatThrownBy(() -> slot.transition(WorkerState.READY, WorkerState.BUSY, "a task"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("bank-worker-3 cannot go from READY to BUSY: it is NEW");
    assertThat(slot.state()).isEqualTo(WorkerState.NEW);
  }

  @Test
  void forgetsItsProcessWhenItIsNewAgain() {
    slot.process("bank-worker-3.7", 4711);
    become(WorkerState.STARTING, WorkerState.DEAD);
    assertThat(slot.snapshot().pid()).isEqualTo(4711);

    become(WorkerState.NEW);
    assertThat(slot.snapshot().pid()).isEqualTo(-1);
  }

  @Nested
  class ASpare {

    @Test
    void isReadyWithoutASeat() {
      become(WorkerState.STARTING, WorkerState.READY);

      assertThat(slot.snapshot().spare()).isTrue();
    }

    @Test
    void isNoneUntilItIsReady() {
      become(WorkerState.STARTING);

      assertThat(slot.snapshot().spare()).isFalse();
    }

    @Test
    void isNoneAnyMoreOnceItHasASeat() {
      become(WorkerState.STARTING, WorkerState.READY);
      slot.seated(true);

      assertThat(slot.snapshot().spare()).isFalse();
      become(WorkerState.BUSY, WorkerState.READY);
      assertThat(slot.snapshot().spare()).isFalse();
    }

    @Test
    void mayBeTheNextProcessOfASlotThatHadASeat() {
      become(WorkerState.STARTING, WorkerState.READY);
      slot.seated(true);
      become(WorkerState.DEAD, WorkerState.NEW);

      slot.process("bank-worker-3.8", 4712);
      become(WorkerState.STARTING, WorkerState.READY);

      assertThat(slot.snapshot().spare()).isTrue();
    }
  }
}
