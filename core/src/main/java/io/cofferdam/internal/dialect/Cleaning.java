package io.cofferdam.internal.dialect;

import java.sql.Connection;
import java.sql.SQLException;

/** What leaves nothing of one task to the next in a session. */
public interface Cleaning {

  /**
   * Makes the session clean for the next client, outside any transaction, after a task that has
   * executed a statement. Keeps the driver's prepared statements.
   *
   * @param dirtied whether the task did anything that {@link
   *     io.cofferdam.internal.sql.SqlVerdict#dirtiesSession}
   * @param kept what the session is given again, if it {@link #restoresSettings}
   * @return false if the connection must be replaced
   */
  boolean clean(Connection connection, boolean dirtied, KeptSettings kept) throws SQLException;

  /**
   * Returns whether {@link #clean} sets all settings to what they were when the session was opened,
   * whatever has changed them, and then gives it those that it keeps.
   */
  boolean restoresSettings();

  /**
   * Removes what the driver itself still holds of a task, after the session was cleaned: warnings
   * and messages of the server. Asks nothing of the server.
   */
  void cleanDriver(Connection connection) throws SQLException;

  /**
   * Has statements that were prepared on the server, by earlier tasks too, prepared anew after the
   * task has changed what they mean, where the database would not do so by itself. Keeps them all
   * if the task has prepared one by a statement of its own, which nothing could prepare anew.
   *
   * @param mayHoldOwn whether it may have, after which the connection is replaced
   * @return false if that is not possible now, and is to be tried again
   */
  boolean forgetStatements(Connection connection, boolean mayHoldOwn) throws SQLException;

  /**
   * Turns autocommit on, once the transaction has ended. Where {@link #clean} does not give back
   * the locks that outlive a transaction, this does, except for the one by which the session is
   * found, and takes no more round trips for it: whether a function has taken one cannot be seen.
   *
   * @param session what {@link Sessions#identify} returned
   */
  void turnAutoCommitOn(Connection connection, String session) throws SQLException;

  /**
   * Turns autocommit on and gives back all locks that outlive a transaction, except for the one by
   * which the session is found. They are free when this returns.
   *
   * @param session what {@link Sessions#identify} returned
   * @param dirtied whether a statement may have left more than such locks
   */
  void releaseLocks(Connection connection, String session, boolean dirtied) throws SQLException;
}
