package io.cofferdam.internal.dialect;

import io.cofferdam.RetryPolicy.Cause;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What differs between databases.
 *
 * <p>A dialect has no state of a connection; it is chosen by URL, in the application and in the
 * worker alike. Where a database is not known, the answers are the conservative ones.
 */
public interface Dialect {

  /** Returns the dialect of a database URL, the generic one if the database is not known. */
  static Dialect forUrl(String jdbcUrl) {
    return Dialects.forUrl(jdbcUrl);
  }

  /** Returns the name of the database, for messages. */
  String name();

  /**
   * Checks that several processes can share the database and that no setting of the driver breaks a
   * promise of the executor.
   *
   * @throws IllegalArgumentException with the URL or setting and what to use instead
   */
  void checkConnectable(String jdbcUrl, Map<String, String> properties);

  /**
   * Returns what to hand to the driver: the user's settings, whichever way they were given, and
   * ours where the user has not set them. To be called where the driver is.
   *
   * @param user the user's connection properties
   * @param applicationName the name under which the database lists the session
   */
  ConnectionTarget target(String jdbcUrl, Map<String, String> user, String applicationName);

  /**
   * Returns what judges the SQL texts of a session.
   *
   * @param ledgerTable the table of the ledger, with its schema or without; empty if there is none
   */
  SqlClassifier classifier(String jdbcUrl, Map<String, String> properties, String ledgerTable);

  /** Returns why a task must not use a savepoint of this name, or null if it may. */
  @Nullable String savepointRefusal(String name);

  /**
   * Makes sure that the transaction has begun in the database too, before the first statement that
   * a cancel may interrupt, and marks it. Drivers put the begin off; if the cancel then hits it,
   * the statement runs without a transaction, and commits by itself.
   *
   * <p>The mark goes with the end of the transaction, whoever ends it, and another transaction does
   * not have it. A database without marks does nothing.
   *
   * @param limit what {@link #idleLimit} returned for the session; is set together with the mark
   */
  void beginNow(Connection connection, IdleLimit limit) throws SQLException;

  /**
   * Returns the limit of a new session, which sets none if the server has none to set, or if the
   * user has decided about it.
   *
   * @param target what the driver was given
   */
  IdleLimit idleLimit(Connection connection, ConnectionTarget target) throws SQLException;

  /** Marks a transaction again that may have lost its mark. */
  void mark(Connection connection) throws SQLException;

  /** Tells whether {@link #takeMark} can find out anything. */
  boolean canTakeMark();

  /**
   * Takes the mark away from the transaction.
   *
   * @return whether it was there, so that nothing has been committed or rolled back since; false if
   *     this cannot be told
   */
  boolean takeMark(Connection connection) throws SQLException;

  /**
   * Returns an id of what the transaction has changed so far, which is another one after its end;
   * empty if it has changed nothing, or where {@link #mark} tells of the end before the commit.
   */
  String changesOf(Connection connection) throws SQLException;

  /**
   * Returns whether the end of the transaction that the failure of a statement has brought about
   * has left changes behind, as far as the server says so. Asked right after that failure.
   */
  boolean keptRowsAtEnd(Connection connection) throws SQLException;

  /**
   * Returns the verdict on a method of the connection that changes a setting of the session in the
   * middle of a transaction.
   */
  SqlVerdict judgeSetting();

  /** Tells whether a time limit of a statement is that of all statements of its connection. */
  boolean sharesQueryTimeout();

  /** Tells whether a statement may execute functions of the user when it is prepared. */
  boolean executesWhenPrepared();

  /** Returns what the driver knows about the transaction without asking the server. */
  TransactionStatus status(Connection connection) throws SQLException;

  /**
   * Makes sure, just before the commit, that the transaction is still the one that was begun and
   * that the database will not answer the commit with a silent rollback. Takes the mark, if it can.
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

  /** Tells whether a text may have failed by {@link #openCheck}, if it has left a transaction. */
  boolean failsOpenCheck(SQLException failure);

  /**
   * Rolls the transaction back.
   *
   * @param marked whether its mark should still be there
   * @param ownSession whether no pooler may have given the session to somebody else in between
   * @return what that has shown
   * @throws SQLException if it was not rolled back
   */
  Rollback rollBack(Connection connection, boolean marked, boolean ownSession) throws SQLException;

  /**
   * Returns whether the transaction is over once a statement has failed in this way, so that what
   * follows would be committed without what came before.
   */
  boolean endsTransaction(SQLException failure);

  /**
   * Returns whether a failed statement may have taken the whole transaction with it, depending on
   * the settings of the server.
   */
  boolean mayEndTransaction(SQLException failure);

  /**
   * Returns whether a failure of the commit proves that the transaction was rolled back. Only a
   * refusal of the server itself does; after anything else the commit is in doubt.
   */
  boolean provesRollback(SQLException commitFailure);

  /**
   * Returns why a transaction that failed in this way may succeed when it is run again, or null if
   * there is no such reason. Looks at this exception alone, not at its causes.
   */
  @Nullable Cause retryCause(SQLException failure);

  /**
   * Tells whether a session that has just been opened takes transactions for read-only that do not
   * say what they are, because the URL, the role or the database have it so.
   */
  boolean isReadOnly(Connection connection) throws SQLException;

  /**
   * Returns the statement that makes a session read-only again after {@link #cleanSession}, empty
   * if that leaves it so. Asked of a session that {@link #isReadOnly} and has just been opened.
   */
  String lostByCleaning(Connection connection) throws SQLException;

  /**
   * Has statements that were prepared on the server, by earlier tasks too, prepared anew after the
   * task has changed what they mean, where the database would not do so by itself.
   *
   * @return false if that is not possible now, and is to be tried again
   */
  boolean forgetStatements(Connection connection) throws SQLException;

  /**
   * Removes what the driver itself still holds of a task, after the session was cleaned: warnings
   * and messages of the server. Asks nothing of the server.
   */
  void cleanDriver(Connection connection) throws SQLException;

  /**
   * Makes the session clean for the next client, outside any transaction, after a task that has
   * executed a statement. Keeps the driver's prepared statements.
   *
   * @param dirtied whether the task did anything that {@link SqlVerdict#dirtiesSession}
   * @return false if the connection must be replaced
   */
  boolean cleanSession(Connection connection, boolean dirtied) throws SQLException;

  /**
   * Turns autocommit on, once the transaction has ended. Where {@link #cleanSession} does not give
   * back the locks that outlive a transaction, this does, but for that of the mark, and takes no
   * more round trips for it: nobody sees whether a function has taken one.
   *
   * @param session what {@link #markSession} returned
   */
  void turnAutoCommitOn(Connection connection, String session) throws SQLException;

  /**
   * Turns autocommit on and gives back all locks that outlive a transaction, but for that of the
   * mark. They are free when this returns.
   *
   * @param session what {@link #markSession} returned
   * @param dirtied whether a statement may have left more than such locks
   */
  void releaseLocks(Connection connection, String session, boolean dirtied) throws SQLException;

  /**
   * Marks a new session so that settlement finds it and can prove that it is the one.
   *
   * @param mark a text that no other session of any executor has
   * @return by what {@link #endSession} finds it; empty if it cannot
   */
  String markSession(Connection connection, String mark) throws SQLException;

  /**
   * Finds out, from another session, whether a session lives, and ends it if asked to.
   *
   * @param id what {@link #markSession} returned for it
   */
  SessionState endSession(Connection connection, String id, boolean end) throws SQLException;

  /** Tells whether {@link #transactionId} and {@link #stateOf} can be used. */
  boolean hasTransactionIds();

  /**
   * Returns the id of the running transaction; empty if it has none, as it has written nothing that
   * the database keeps by transaction.
   *
   * @throws TransactionEndedException if the transaction has lost its mark
   */
  String transactionId(Connection connection) throws SQLException;

  /**
   * Tells whether the running transaction, which was declared read-only, is known to have written
   * nothing that the database keeps by transaction. Where the database takes that for a hint, it is
   * not known.
   *
   * @throws TransactionEndedException if the transaction has lost its mark
   */
  boolean keptReadOnly(Connection connection) throws SQLException;

  /**
   * Tells whether the server refuses the running transaction to write, where that can be asked.
   *
   * @param mayHaveChanged whether the task has executed anything that may have brought that about
   */
  boolean refusesWrites(Connection connection, boolean mayHaveChanged) throws SQLException;

  /**
   * Tells whether a statement has failed because the transaction is read-only, and has left it as
   * it was.
   */
  boolean refusesWrite(SQLException failure);

  /**
   * Tells, from any session, whether a transaction may have written into tables that have no
   * transactions or are in another database, so that its end does not tell what is left of it.
   */
  boolean mayKeepRows(Connection connection) throws SQLException;

  /**
   * Tells, from any session outside a transaction, whether a commit may also be one in another
   * database that has committed before, so that its failure here does not tell what is left there.
   */
  boolean mayCommitElsewhere(Connection connection) throws SQLException;

  /**
   * Finds out, from another session, what became of a transaction whose session is gone.
   *
   * @param session what {@link #markSession} returned for that session
   */
  TransactionState stateOf(Connection connection, String session, String transactionId)
      throws SQLException;

  /** Returns the statements that make the table of the ledger, of a name that may be qualified. */
  List<String> ledgerDefinition(String table);

  /** Returns an expression for the time of the database's clock so many seconds from now. */
  String clock(long secondsAhead);

  /**
   * Tells whether a text with parameters and {@code ; COMMIT} in it commits the transaction there,
   * and does not if a statement before that fails. If so, {@link #hasWritten}, {@link #cleaning}
   * and {@link #ownSettings} can be used.
   */
  boolean commitsInText(Connection connection) throws SQLException;

  /** Returns a condition that holds if the running transaction has written something. */
  String hasWritten();

  /** Returns the statements that do what {@link #cleanSession} does, with semicolons in between. */
  String cleaning();

  /**
   * Returns the statements of {@link #cleaning} that take back what a task may have set, so that
   * the session sees again what it saw when it was opened.
   */
  String ownSettings();

  /** Tells whether a row was refused because there is one with its key. */
  boolean isDuplicateKey(SQLException failure);

  /** Tells whether a statement has waited for a lock for too long, and may be tried again. */
  boolean isLockTimeout(SQLException failure);

  /** Returns whether a thread belongs to the driver, and so was not leaked by a task. */
  boolean isDriverThread(Thread thread);
}
