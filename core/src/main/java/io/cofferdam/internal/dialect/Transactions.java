package io.cofferdam.internal.dialect;

import io.cofferdam.internal.sql.SqlVerdict;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A transaction as the server sees it: its begin, the mark by which it is known, and its end.
 *
 * <p>The mark goes with the end of the transaction, however that comes, and another transaction
 * does not have it. A database without marks does nothing.
 */
public interface Transactions {

  /**
   * Makes sure that the transaction has begun in the database too, before the first statement that
   * a cancel may interrupt, and marks it. Drivers put the begin off; if the cancel then hits it,
   * the statement runs without a transaction, and commits by itself.
   *
   * @param limit what {@link #idleLimit} returned for the session; is set together with the mark
   */
  void begin(Connection connection, IdleLimit limit) throws SQLException;

  /**
   * Returns whether the driver may begin with the first statement instead, in one write, if that
   * cannot end the transaction: until {@link #status} says that the transaction is there, no cancel
   * may be sent then. No mark is set, so it must be set by {@link #begin} before the first
   * statement that might end the transaction.
   */
  boolean mayBeginWithStatement(IdleLimit limit);

  /**
   * Returns whether a failure says that the server has executed something, in a session that goes
   * on. Asked of the statement that the driver was to begin with.
   */
  boolean isAnswer(SQLException failure);

  /**
   * Returns the limit of a new session, which sets none if the server has none to set, or if the
   * user has decided about it.
   *
   * @param target what the driver was given
   */
  IdleLimit idleLimit(Connection connection, ConnectionTarget target) throws SQLException;

  /** Marks a transaction again that may have lost its mark. */
  void mark(Connection connection) throws SQLException;

  /** {@return the mark as one that can be looked for at any time, or null if it cannot} */
  @Nullable RemovableMark removableMark();

  /**
   * Returns whether a statement may take the mark away by right, so that the mark is looked for
   * before it, and set again after it.
   */
  boolean mayUnmark(SqlVerdict verdict);

  /**
   * Returns an id of what the transaction has changed so far, which is another one after its end;
   * empty if it has changed nothing, or where a lost mark says enough.
   */
  String changesOf(Connection connection) throws SQLException;

  /** Returns what the driver knows about the transaction without asking the server. */
  TransactionStatus status(Connection connection) throws SQLException;

  /**
   * Makes sure, just before the commit, that the transaction is still the one that was begun and
   * that the database will not answer the commit with a silent rollback. The mark is not looked for
   * any more after that, if there is a {@link #removableMark}.
   *
   * @throws TransactionEndedException if it has been ended: the caller rolls back and fails the
   *     task
   * @throws SQLException if it has failed, or the database cannot be asked: nothing is committed
   */
  void beforeCommit(Connection connection) throws SQLException;

  /**
   * Returns a query that fails unless the transaction still has its mark, for the text in which it
   * is committed; empty if {@link #beforeCommit} has told that already.
   */
  String openCheck();

  /**
   * Rolls the transaction back.
   *
   * @param marked whether its mark should still be there
   * @param ownSession whether no pooler may have given the session to another client in between
   * @return what that has shown
   * @throws SQLException if it was not rolled back
   */
  Rollback rollBack(Connection connection, boolean marked, boolean ownSession) throws SQLException;
}
