package io.cofferdam.internal.supervise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cofferdam.ExecutorSnapshot.WorkerSnapshot;
import io.cofferdam.ExecutorSnapshot.WorkerState;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class WorkerSlotTest {

  private final WorkerSlot slot = new WorkerSlot("bank-worker-3");

  private void become(SlotState... states) {
    for (SlotState state : states) {
      slot.to(state);
    }
  }

  @Test
  void beginsWithoutAProcess() {
    assertThat(slot.snapshot()).isEqualTo(WorkerSnapshot.of("bank-worker-3", WorkerState.NEW));
  }

  @Test
  void namesItsProcess() {
    slot.process("bank-worker-3.7", 4711);
    become(SlotState.STARTING);

    assertThat(slot.snapshot())
        .isEqualTo(WorkerSnapshot.of("bank-worker-3.7", WorkerState.STARTING).pid(4711));
  }

  @Test
  void goesOnlyWhereItsStateLeadsTo() {
    assertThatThrownBy(() -> slot.to(SlotState.BUSY))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("bank-worker-3 cannot go from NEW to BUSY");
    assertThat(slot.state()).isEqualTo(SlotState.NEW);
  }

  @Test
  void forgetsItsProcessWhenItIsNewAgain() {
    slot.process("bank-worker-3.7", 4711);
    become(SlotState.STARTING, SlotState.DEAD);
    assertThat(slot.snapshot().pid()).isEqualTo(4711);

    become(SlotState.NEW);
    assertThat(slot.snapshot().pid()).isEqualTo(-1);
  }

  @Nested
  class ASpare {

    @Test
    void isReadyWithoutAPermit() {
      become(SlotState.STARTING, SlotState.READY);

      assertThat(slot.snapshot().spare()).isTrue();
    }

    @Test
    void isNoneUntilItIsReady() {
      become(SlotState.STARTING);

      assertThat(slot.snapshot().spare()).isFalse();
    }

    @Test
    void isNoneAnyMoreOnceItHasAPermit() {
      become(SlotState.STARTING, SlotState.READY);
      slot.active(true);

      assertThat(slot.snapshot().spare()).isFalse();
      become(SlotState.BUSY, SlotState.READY);
      assertThat(slot.snapshot().spare()).isFalse();
    }

    @Test
    void mayBeTheNextProcessOfASlotThatHadAPermit() {
      become(SlotState.STARTING, SlotState.READY);
      slot.active(true);
      become(SlotState.DEAD, SlotState.NEW);

      slot.process("bank-worker-3.8", 4712);
      become(SlotState.STARTING, SlotState.READY);

      assertThat(slot.snapshot().spare()).isTrue();
    }
  }
}
