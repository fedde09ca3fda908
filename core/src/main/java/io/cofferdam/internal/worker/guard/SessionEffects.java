package io.cofferdam.internal.worker.guard;

import io.cofferdam.internal.sql.SqlVerdict;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What one task has done to its transaction and its session, as seen by the guard and told by the
 * server. Only grows, except for what is proven not to have happened; safe for concurrent use.
 */
public final class SessionEffects {

  /** Where it is recorded, for the case that the worker dies, that a part may be committed. */
  @FunctionalInterface
  public interface Notes {
    /**
     * Comes before the first statement that may commit by itself, and when it is proven that
     * nothing of the transaction was committed; must bear being run twice.
     *
     * @param possible whether a part may be committed
     */
    void partCommitted(boolean possible);
  }

  private final Notes notes;
  private volatile boolean executed;
  private volatile boolean wrote;
  private volatile boolean mayHaveCommitted;
  private volatile boolean hasCommitted;
  private volatile boolean mayHaveEnded;
  private volatile boolean dirtiesSession;
  private volatile boolean replacesConnection;
  private volatile boolean locksSession;
  private volatile boolean locksUntilSessionEnds;
  private volatile @Nullable SQLException knownEnd;
  private volatile @Nullable SQLException unseenEnd;
  private volatile @Nullable SQLException rollbackCall;
  private volatile @Nullable OpenCopy copying;

  public SessionEffects(Notes notes) {
    this.notes = notes;
  }

  /** Notes that the transaction begins in the database. */
  public void beginning() {
    executed = true;
  }

  /** Notes a statement that is about to be sent. */
  public void executing(SqlVerdict verdict) {
    executed = true;
    if (verdict.mayWrite()) {
      wrote = true;
    }
    // Another thread that finds the flag set sends its statement at once: so it is recorded before
    // the flag is set. Two threads may both find it unset, and record it twice.
    if (verdict.mayCommit() && !mayHaveCommitted) {
      notes.partCommitted(true);
      mayHaveCommitted = true;
    }
    if (verdict.dirtiesSession()) {
      dirtiesSession = true;
    }
    if (verdict.replacesConnection()) {
      replacesConnection = true;
    }
    if (verdict.locksSession()) {
      locksSession = true;
    }
    if (verdict.locksUntilSessionEnds()) {
      locksUntilSessionEnds = true;
    }
  }

  void dirtySession() {
    dirtiesSession = true;
  }

  public void replaceConnection() {
    replacesConnection = true;
  }

  /** Notes that a statement has committed by itself. */
  public void committed() {
    hasCommitted = true;
  }

  /** Notes that no statement so far has committed anything, unless one is known to have. */
  public void provenWhole() {
    if (mayHaveCommitted && !hasCommitted && unseenEnd == null) {
      mayHaveCommitted = false;
      notes.partCommitted(false);
    }
  }

  /** Notes a failure by which the database has rolled the transaction back. */
  public void endTransaction(SQLException failure) {
    if (knownEnd == null) {
      knownEnd = failure;
    }
  }

  /** Notes a failure that may have taken the whole transaction with it. */
  public void mayHaveEndedTransaction() {
    mayHaveEnded = true;
  }

  /**
   * Notes that the transaction has been ended by something that was not taken for its end, or
   * cannot be vouched for: what came before may be committed.
   */
  public void endUnseen(SQLException end) {
    if (unseenEnd == null) {
      notes.partCommitted(true);
      replacesConnection = true;
      unseenEnd = end;
    }
  }

  /** Notes that the task has asked for a rollback: whatever it does, nothing is committed. */
  void rollbackOnly(SQLException call) {
    if (rollbackCall == null) {
      rollbackCall = call;
    }
  }

  /** Notes a COPY that has begun; there is one at a time. */
  void copying(OpenCopy copy) {
    copying = copy;
  }

  /** {@return whether a COPY has not come to its end: until then the session takes nothing else} */
  public boolean isCopying() {
    OpenCopy copy = copying;
    return copy != null && copy.isActive();
  }

  /**
   * Makes sure that the current thread does not wait for a COPY of its own to end, for ever.
   *
   * @throws SQLException if it would
   */
  void checkNotCopying() throws SQLException {
    OpenCopy copy = copying;
    if (copy != null && copy.opener() == Thread.currentThread() && copy.isActive()) {
      throw new SQLException(
          "a COPY is open on this connection, which executes nothing else meanwhile; end it with"
              + " endCopy(), or read it to its end, before the next statement",
          "55000");
    }
  }

  /**
   * Ends a COPY that has not come to its end.
   *
   * @throws SQLException if it may still go on in the server
   */
  public void endCopy() throws SQLException {
    OpenCopy copy = copying;
    if (copy != null && copy.isActive()) {
      copy.cancel();
    }
  }

  /** {@return whether anything has been executed for the task} */
  public boolean executed() {
    return executed;
  }

  /** {@return whether the task has executed anything whose text is not that of a query} */
  public boolean wrote() {
    return wrote;
  }

  /** {@return whether a part of the task's work may be committed already} */
  public boolean mayBeCommitted() {
    return mayHaveCommitted || hasCommitted || unseenEnd != null;
  }

  /**
   * {@return whether a statement has failed in a way that may have taken the whole transaction with
   * it}
   */
  public boolean mayHaveEnded() {
    return mayHaveEnded;
  }

  /** {@return whether the session may differ from a fresh one} */
  public boolean dirtiesSession() {
    return dirtiesSession;
  }

  /** {@return whether the session may not be as the task has found it} */
  public boolean touchSession() {
    return executed || dirtiesSession || replacesConnection;
  }

  /**
   * {@return whether a lock that outlives the transaction may be held, as far as the texts say so}
   */
  public boolean locksSession() {
    return locksSession || dirtiesSession || replacesConnection;
  }

  /** {@return whether a lock may be held that only the end of the session gives back} */
  public boolean locksUntilSessionEnds() {
    return locksUntilSessionEnds;
  }

  /** {@return whether no cleaning makes the connection fit for the next task} */
  public boolean replacesConnection() {
    return replacesConnection;
  }

  /**
   * Returns the failure by which the database ended the transaction while the task went on, or null
   * if there was none. After one the transaction must be rolled back.
   */
  public @Nullable SQLException knownEnd() {
    return knownEnd;
  }

  /** {@return what has shown that the transaction had been ended unseen, or null if nothing has} */
  public @Nullable SQLException unseenEnd() {
    return unseenEnd;
  }

  /** {@return how the transaction has been ended before, or null if no end of it is known} */
  public @Nullable SQLException anyEnd() {
    SQLException unseen = unseenEnd;
    return unseen != null ? unseen : knownEnd;
  }

  /** {@return where the task has asked for a rollback first, or null if it has not} */
  public @Nullable SQLException rollbackCall() {
    return rollbackCall;
  }
}
