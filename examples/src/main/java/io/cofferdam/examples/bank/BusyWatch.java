package io.cofferdam.examples.bank;

import io.cofferdam.TransactionExecutor;

/** Looks now and then how many workers are busy, and averages that. Thread-safe. */
final class BusyWatch {

  private final TransactionExecutor executor;
  private long looks;
  private long busy;

  BusyWatch(TransactionExecutor executor) {
    this.executor = executor;
  }

  /** Takes one look. */
  void look() {
    int now = executor.snapshot().busy();
    synchronized (this) {
      looks++;
      busy += now;
    }
  }

  /** Returns how many workers were busy on average. */
  synchronized double average() {
    return looks == 0 ? 0 : (double) busy / looks;
  }
}
