package io.cofferdam.internal.worker.guard;

import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The gate that every JDBC call of one task passes, on whatever thread it is made.
 *
 * <p>The number of calls inside, and whether the gate is cancelled or closed, are one atomic word,
 * so that of a cancel and a close exactly one comes first: after {@link #close}, {@link #cancelled}
 * does not change any more. Safe for concurrent use.
 */
public final class TaskGate {

  private static final long CLOSED = 1L << 62;
  private static final long CANCELLED = 1L << 61;
  private static final long INSIDE = CANCELLED - 1;

  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long BEGIN_PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

  private final AtomicLong state = new AtomicLong();
  private final Set<Statement> executing = ConcurrentHashMap.newKeySet();
  private final Object changed = new Object();
  private volatile BooleanSupplier cancellable = () -> true;

  /**
   * Lets a call in, which must {@link #exit}.
   *
   * @throws SQLException if the task was cancelled or has ended
   */
  void enter() throws SQLException {
    long current;
    do {
      current = state.get();
      if ((current & ~INSIDE) != 0) {
        throw refusal(current);
      }
    } while (!state.compareAndSet(current, current + 1));
  }

  void exit() {
    // Another thread may close or cancel at the same time. It sets its bit before it looks who is
    // inside, so either it finds no thread, or the last one to leave finds the bit and wakes it.
    long current = state.decrementAndGet();
    if ((current & ~INSIDE) != 0 && (current & INSIDE) == 0) {
      signal();
    }
  }

  /** Lets the execution of a statement in, which a cancel interrupts. */
  public void enterExecution(Statement statement) throws SQLException {
    enter();
    executing.add(statement);
  }

  public void exitExecution(Statement statement) {
    executing.remove(statement);
    exit();
  }

  /**
   * Has statements cancelled only as long as this says so. It must say so again: a cancel waits.
   *
   * @param now says whether a cancel would hit nothing but a statement
   */
  public void cancelOnlyWhile(BooleanSupplier now) {
    cancellable = now;
  }

  /**
   * Waits until a cancel by the task itself hits nothing but a statement.
   *
   * @param statement the statement that is to be cancelled, null for whichever executes
   * @return false if nothing executes that a cancel could be meant for
   */
  boolean awaitCancellable(@Nullable Statement statement) {
    while (statement == null ? !executing.isEmpty() : executing.contains(statement)) {
      if (cancellable.getAsBoolean()) {
        return true;
      }
      LockSupport.parkNanos(this, BEGIN_PAUSE_NANOS);
    }
    return false;
  }

  /**
   * Refuses further calls and cancels the statements that are executing, again and again, since the
   * database ignores a cancel that arrives before its statement. Returns when no call is inside any
   * more or the gate is closed.
   *
   * @return false if the gate was closed before: nothing was cancelled
   */
  public boolean cancel() {
    long current;
    do {
      current = state.get();
      if ((current & CLOSED) != 0) {
        return (current & CANCELLED) != 0;
      }
    } while (!state.compareAndSet(current, current | CANCELLED));
    long pauseNanos = FIRST_PAUSE_NANOS;
    while (isOccupied() && !isClosed()) {
      if (cancellable.getAsBoolean()) {
        executing.forEach(TaskGate::cancelQuietly);
      }
      awaitChange(pauseNanos, true);
      pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
    }
    return true;
  }

  private static void cancelQuietly(Statement statement) {
    try {
      statement.cancel();
    } catch (SQLException | RuntimeException e) {
      // Comes again after the pause; the grace period ends in a kill.
    }
  }

  /**
   * Refuses further calls and waits for those inside.
   *
   * @return false if a call is still inside after this time
   */
  public boolean close(Duration patience) {
    state.updateAndGet(current -> current | CLOSED);
    signal();
    awaitChange(patience.toNanos(), false);
    return !isOccupied();
  }

  boolean isClosed() {
    return (state.get() & CLOSED) != 0;
  }

  /** {@return whether the task was cancelled before the gate was closed} */
  public boolean cancelled() {
    return (state.get() & CANCELLED) != 0;
  }

  private boolean isOccupied() {
    return (state.get() & INSIDE) != 0;
  }

  private void signal() {
    synchronized (changed) {
      changed.notifyAll();
    }
  }

  /**
   * Waits until no call is inside, or the gate is closed if asked so. Leaves interrupts pending.
   */
  private void awaitChange(long nanos, boolean orClosed) {
    long deadline = System.nanoTime() + nanos;
    boolean interrupted = false;
    synchronized (changed) {
      long left = nanos;
      while (left > 0 && isOccupied() && !(orClosed && isClosed())) {
        try {
          TimeUnit.NANOSECONDS.timedWait(changed, left);
        } catch (InterruptedException e) {
          interrupted = true;
        }
        left = deadline - System.nanoTime();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static SQLException refusal(long state) {
    if ((state & CLOSED) != 0) {
      return new SQLException(
          "the task of this connection has ended, and its transaction with it. Use connections,"
              + " statements and results only until the task returns.",
          "08003");
    }
    return new SQLException("the transaction was cancelled", "57014");
  }
}
