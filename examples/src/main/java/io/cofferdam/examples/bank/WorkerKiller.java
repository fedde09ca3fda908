package io.cofferdam.examples.bank;

import io.cofferdam.ExecutorSnapshot.WorkerSnapshot;
import io.cofferdam.ExecutorSnapshot.WorkerState;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.testkit.process.WorkerProcesses;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Kills workers with SIGKILL: in turn one that is in the middle of a commit, if one is seen soon,
 * and any other. The victim may have ended its transaction between choice and kill; such a kill
 * touches nobody, but counts.
 */
final class WorkerKiller {

  private static final int LOOKS = 100;

  private final TransactionExecutor executor;
  private final CommitWatch commits;
  private final Random random = new Random();
  private final AtomicLong kills = new AtomicLong();
  private final AtomicLong killsInCommit = new AtomicLong();
  private boolean aimed;

  WorkerKiller(TransactionExecutor executor, CommitWatch commits) {
    this.executor = executor;
    this.commits = commits;
  }

  /** Kills one worker of those that are running a transaction. */
  void killOne() {
    aimed = !aimed;
    if (!aimed || !killOneInCommit()) {
      List<WorkerSnapshot> busy = busy();
      if (!busy.isEmpty()) {
        boolean unused = kill(busy.get(random.nextInt(busy.size())));
      }
    }
  }

  private boolean killOneInCommit() {
    try {
      for (int look = 0; look < LOOKS; look++) {
        Set<String> committing = commits.committing();
        Optional<WorkerSnapshot> victim =
            busy().stream().filter(worker -> committing.contains(worker.name())).findAny();
        if (victim.isPresent() && kill(victim.get())) {
          killsInCommit.incrementAndGet();
          return true;
        }
      }
      return false;
    } catch (SQLException e) {
      throw new IllegalStateException("the server does not tell who is committing", e);
    }
  }

  private List<WorkerSnapshot> busy() {
    return executor.snapshot().workers().stream()
        .filter(worker -> worker.state() == WorkerState.BUSY)
        .toList();
  }

  private boolean kill(WorkerSnapshot worker) {
    boolean killed = WorkerProcesses.kill(worker.pid());
    if (killed) {
      kills.incrementAndGet();
    }
    return killed;
  }

  long kills() {
    return kills.get();
  }

  /** Returns how many of the kills were aimed at a commit. */
  long killsInCommit() {
    return killsInCommit.get();
  }
}
