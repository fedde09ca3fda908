package io.cofferdam.internal.dialect.mysql;

import io.cofferdam.internal.dialect.Jdbc;
import io.cofferdam.internal.dialect.generic.GenericCleaning;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Gives back the locks that outlive a transaction; replaces what a task has left otherwise. */
final class MySqlCleaning extends GenericCleaning {

  private static final int NO_SUCH_FUNCTION = 1305;

  /**
   * {@inheritDoc}
   *
   * <p>All locks go in one call, and with them the one by which the session is found, which is
   * taken again in the same statement. The transaction has ended, so a settlement that misses it in
   * between is right about all that matters. If it is lost, the statement fails, and the session
   * with it. The driver is told of autocommit by the server; one that is not sets it once more.
   */
  @Override
  public void turnAutoCommitOn(Connection connection, String session) throws SQLException {
    boolean isFoundByLock = !session.isEmpty();
    String taken = isFoundByLock ? "GET_LOCK(?, 0) = 1" : "TRUE";
    try (PreparedStatement release =
        connection.prepareStatement(
            "SET autocommit = IF(RELEASE_ALL_LOCKS() >= 0 AND " + taken + ", 1, NULL)")) {
      if (isFoundByLock) {
        release.setString(1, lockIn(session));
      }
      release.execute();
    } catch (SQLException e) {
      if (e.getErrorCode() != NO_SUCH_FUNCTION) {
        throw e;
      }
    }
    connection.setAutoCommit(true);
  }

  private static String lockIn(String session) {
    return session.split(" ", 3)[1];
  }

  /**
   * {@inheritDoc}
   *
   * <p>Locks of whole tables outlive the transaction, too. They are given up before the session is
   * closed, because the server takes its time for that.
   */
  @Override
  public void releaseLocks(Connection connection, String session, boolean dirtied)
      throws SQLException {
    if (dirtied) {
      Jdbc.execute(connection, "UNLOCK TABLES");
    }
    super.releaseLocks(connection, session, dirtied);
  }
}
