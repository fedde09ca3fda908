package io.cofferdam.internal.dialect.h2;

import io.cofferdam.internal.dialect.Jdbc;
import io.cofferdam.internal.dialect.Sessions;
import io.cofferdam.internal.state.SessionState;
import java.sql.Connection;
import java.sql.SQLException;

/** Sessions of H2, found by id and start. */
final class H2Sessions implements Sessions {

  /** Returns the session's id and, after a space, its start. */
  @Override
  public String identify(Connection connection, String name) throws SQLException {
    return Jdbc.queryForText(
        connection,
        "SELECT SESSION_ID || ' ' || SESSION_START FROM INFORMATION_SCHEMA.SESSIONS"
            + " WHERE SESSION_ID = SESSION_ID()");
  }

  /**
   * {@inheritDoc}
   *
   * <p>Only an administrator sees other sessions. A session that executes a statement has that
   * cancelled, and is closed when it is asked for again: H2 goes on with the statement of a session
   * that another one closes, and later transactions have failed then with "An old transaction with
   * the same id is still open". A statement that waits for a lock goes on until LOCK_TIMEOUT.
   */
  @Override
  public SessionState end(Connection connection, String id, boolean end) throws SQLException {
    String[] parts = id.split(" ", 2);
    String alive =
        Jdbc.queryForText(
            connection,
            "SELECT SESSION_ID FROM INFORMATION_SCHEMA.SESSIONS"
                + " WHERE CAST(SESSION_ID AS VARCHAR) = ?"
                + " AND CAST(SESSION_START AS VARCHAR) = ?",
            parts[0],
            parts[1]);
    if (alive.isEmpty()) {
      return isAdministrator(connection) ? SessionState.GONE : SessionState.NOT_KNOWN;
    }
    if (end && !isTrue(connection, "CANCEL_SESSION(" + Integer.parseInt(alive) + ")")) {
      isTrue(connection, "ABORT_SESSION(" + Integer.parseInt(alive) + ")");
    }
    return SessionState.ALIVE;
  }

  private static boolean isAdministrator(Connection connection) throws SQLException {
    return isTrue(
        connection,
        "(SELECT IS_ADMIN FROM INFORMATION_SCHEMA.USERS WHERE USER_NAME = CURRENT_USER)");
  }

  private static boolean isTrue(Connection connection, String expression) throws SQLException {
    return Jdbc.queryForText(connection, "SELECT " + expression).equalsIgnoreCase("true");
  }
}
