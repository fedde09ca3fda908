package io.cofferdam.internal.task;

import io.cofferdam.TransactionOptions;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A task whose caller waits for it in a thread of its own, which the answer unparks. */
public final class WaitingTask extends PendingTask {

  private final Thread caller = Thread.currentThread();
  private volatile @Nullable Answer told;

  /** Creates a task that the current thread is going to wait for. */
  public WaitingTask(
      UUID id, ClientQueue client, byte[] code, TransactionOptions options, long deadlineNanos) {
    super(id, client, code, options, deadlineNanos, false);
  }

  /**
   * Waits for the answer.
   *
   * @throws InterruptedException if the caller was interrupted before it came
   */
  public Answer await() throws InterruptedException {
    Answer given;
    while ((given = told) == null) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      LockSupport.park(this);
    }
    return given;
  }

  /**
   * Waits for the answer until a time, whether interrupted or not.
   *
   * @return the answer, or null if it did not come in time
   */
  public @Nullable Answer awaitUninterruptibly(long untilNanos) {
    boolean interrupted = false;
    try {
      Answer given;
      while ((given = told) == null) {
        long left = untilNanos - System.nanoTime();
        if (left <= 0) {
          return null;
        }
        interrupted |= Thread.interrupted();
        LockSupport.parkNanos(this, left);
      }
      return given;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void tell(Answer answer) {
    told = answer;
    LockSupport.unpark(caller);
  }
}
