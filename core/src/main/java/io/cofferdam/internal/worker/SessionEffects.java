package io.cofferdam.internal.worker;

import io.cofferdam.internal.dialect.SqlVerdict;
import java.sql.SQLException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one task has done to its transaction and its session, as seen by the guard. Only grows; safe
 * for concurrent use.
 */
final class SessionEffects {

  private final Runnable beforeSelfCommit;
  private volatile boolean executed;
  private volatile boolean wrote;
  private volatile boolean selfCommitting;
  private volatile boolean hasCommitted;
  private volatile boolean dirtiesSession;
  private volatile boolean replacesConnection;
  private volatile @Nullable SQLException transactionEnd;
  private volatile @Nullable SQLException rollbackCall;
  private volatile BooleanSupplier copying = () -> false;

  /**
   * @param beforeSelfCommit runs before the first statement that may commit by itself is sent; must
   *     bear being run twice
   */
  SessionEffects(Runnable beforeSelfCommit) {
    this.beforeSelfCommit = beforeSelfCommit;
  }

  /** Notes a statement that is about to be sent. */
  void executing(SqlVerdict verdict) {
    executed = true;
    if (!verdict.reads()) {
      wrote = true;
    }
    if (verdict.selfCommitting() && !selfCommitting) {
      beforeSelfCommit.run();
      selfCommitting = true;
    }
    if (verdict.commits()) {
      hasCommitted = true;
    }
    if (verdict.dirtiesSession()) {
      dirtiesSession = true;
    }
    if (verdict.replacesConnection()) {
      replacesConnection = true;
    }
  }

  void dirtySession() {
    dirtiesSession = true;
  }

  void replaceConnection() {
    replacesConnection = true;
  }

  void endTransaction(SQLException failure) {
    if (transactionEnd == null) {
      transactionEnd = failure;
    }
  }

  /** Notes that the task has asked for a rollback: whatever it does, nothing is committed. */
  void rollbackOnly(SQLException call) {
    if (rollbackCall == null) {
      rollbackCall = call;
    }
  }

  /**
   * Notes a COPY that has begun, and how to ask whether it still goes on; there is one at a time.
   */
  void copying(BooleanSupplier isActive) {
    copying = isActive;
  }

  /** Whether a COPY has not come to its end: until then the session takes nothing else. */
  boolean isCopying() {
    return copying.getAsBoolean();
  }

  /** Whether the task has executed any statement. */
  boolean executed() {
    return executed;
  }

  /** Whether the task has executed anything whose text is not that of a query. */
  boolean wrote() {
    return wrote;
  }

  /** Whether a part of the task's work may be committed already. */
  boolean selfCommitting() {
    return selfCommitting;
  }

  /** Whether the task has executed a statement that commits whenever it succeeds. */
  boolean hasCommitted() {
    return hasCommitted;
  }

  /** Whether the session may differ from a fresh one. */
  boolean dirtiesSession() {
    return dirtiesSession;
  }

  /** Whether no cleaning makes the connection fit for the next task. */
  boolean replacesConnection() {
    return replacesConnection;
  }

  /**
   * Returns the failure by which the database ended the transaction while the task went on, or null
   * if there was none. After one the transaction must be rolled back.
   */
  @Nullable SQLException transactionEnd() {
    return transactionEnd;
  }

  /** Returns where the task has asked for a rollback first, or null if it has not. */
  @Nullable SQLException rollbackCall() {
    return rollbackCall;
  }
}
