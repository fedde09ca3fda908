package io.cofferdam.examples.bank;

import io.cofferdam.ExecutorSnapshot.WorkerSnapshot;
import io.cofferdam.ExecutorSnapshot.WorkerState;
import io.cofferdam.TransactionExecutor;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Kills workers with SIGKILL. The victim may have ended its transaction between choice and kill;
 * such a kill touches nobody, but counts.
 */
final class WorkerKiller {

  private final TransactionExecutor executor;
  private final Random random = new Random();
  private final AtomicLong kills = new AtomicLong();

  WorkerKiller(TransactionExecutor executor) {
    this.executor = executor;
  }

  /** Kills one worker, chosen at random from those that are running a transaction. */
  void killOne() {
    List<WorkerSnapshot> busy =
        executor.snapshot().workers().stream()
            .filter(worker -> worker.state() == WorkerState.BUSY)
            .toList();
    if (!busy.isEmpty()) {
      kill(busy.get(random.nextInt(busy.size())).pid());
    }
  }

  private void kill(long pid) {
    Optional<ProcessHandle> self = Optional.of(ProcessHandle.current());
    ProcessHandle.of(pid)
        .filter(process -> process.parent().equals(self))
        .filter(ProcessHandle::destroyForcibly)
        .ifPresent(killed -> kills.incrementAndGet());
  }

  long kills() {
    return kills.get();
  }
}
