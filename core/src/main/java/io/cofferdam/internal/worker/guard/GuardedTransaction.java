package io.cofferdam.internal.worker.guard;

import io.cofferdam.internal.sql.SqlVerdict;
import java.sql.SQLException;

/**
 * The task's transaction, as far as the guard has to do with it: the guard begins it before the
 * first statement, and tells it of each statement and each failure. Called by all threads of the
 * task.
 */
public interface GuardedTransaction {

  /** Begins it in the database and marks it, as far as that has not been done. */
  void begin() throws SQLException;

  /**
   * Lets the statement that follows begin it where that is safe, else begins it. That statement
   * must be one that cannot end it.
   */
  void beginWithStatement() throws SQLException;

  /**
   * Returns whether it has begun in the database, other than by what the driver sends by itself.
   */
  boolean hasBegun();

  /** Returns whether a cancel would not hit a begin that was left to a statement any more. */
  boolean isPastBegin();

  /** Returns whether it has begun with its mark: any statement may follow. */
  boolean isMarked();

  /** Returns whether it may begin with a statement: then no cancel may be sent at any time. */
  boolean mayBeginWithStatement();

  /**
   * Prepares for a statement, which must be followed by {@link #after}.
   *
   * @throws SQLException if the transaction has been ended already
   */
  void before(SqlVerdict verdict) throws SQLException;

  /**
   * Takes in what a statement has done to the transaction.
   *
   * @param succeeded false if it has failed, and may have committed or not
   */
  void after(SqlVerdict verdict, boolean succeeded);

  /** Notes a failure of the driver, by which the statement may have failed that was to begin it. */
  void noteFailure(Throwable failure);

  /**
   * Notes that a failed statement has ended the transaction, or may have.
   *
   * @param certain whether it has
   */
  void failed(SQLException failure, boolean certain);
}
