package io.cofferdam.internal.dialect.mysql;

import io.cofferdam.internal.dialect.Jdbc;
import io.cofferdam.internal.dialect.Sessions;
import io.cofferdam.internal.state.SessionState;
import java.sql.Connection;
import java.sql.SQLException;

/** Sessions of MySQL and MariaDB, found by a lock, or by connection id and server. */
final class MySqlSessions implements Sessions {

  private static final int NO_SUCH_THREAD = 1094;
  private static final int KILL_DENIED = 1095;

  private static final String IS_LISTED =
      "EXISTS (SELECT 1 FROM information_schema.PROCESSLIST WHERE ID = %s)";

  /** A user who does not see its own session would not see another one of its own either. */
  private static final String IDENTIFY_SESSION =
      "SELECT CONCAT_WS(' ', IF(GET_LOCK(?, 0) = 1, CONNECTION_ID(), NULL), ?, IF("
          + IS_LISTED.formatted("CONNECTION_ID()")
          + ", %s, NULL))";

  private static final String FIND_SESSION =
      "SELECT CASE WHEN IS_USED_LOCK(?) = ? THEN 'lives' WHEN %s = ? THEN IF("
          + IS_LISTED.formatted("?")
          + ", 'lives', 'unseen') WHEN SUBSTRING_INDEX(?, '/', 1) = CONCAT(@@hostname, ':', @@port)"
          + " THEN 'restarted' ELSE 'elsewhere' END";

  /**
   * Holds a lock of this name as long as no task gives it back, and returns the session's
   * connection id, the lock and, if it can be told, the server: connection ids are given out again
   * when that restarts.
   */
  @Override
  public String identify(Connection connection, String name) throws SQLException {
    String id;
    try {
      id =
          Jdbc.queryForText(
              connection, IDENTIFY_SESSION.formatted(MySqlServer.queryFor(connection)), name, name);
    } catch (SQLException noSuchTable) {
      id = Jdbc.queryForText(connection, IDENTIFY_SESSION.formatted("NULL"), name, name);
    }
    return id.equals(name) || id.startsWith(name + " ") ? "" : id;
  }

  /**
   * {@inheritDoc}
   *
   * <p>The holder of that lock is the session. A task, or a function out of sight, may have given
   * it back: then the session is known by its connection id, in a server that has not been
   * restarted since.
   */
  @Override
  public SessionState end(Connection connection, String id, boolean end) throws SQLException {
    String[] parts = id.split(" ", 3);
    boolean isLockOnly = parts.length < 3;
    String server = isLockOnly ? "" : parts[2];
    String query = FIND_SESSION.formatted(isLockOnly ? "NULL" : MySqlServer.queryFor(connection));
    String found =
        Jdbc.queryForText(connection, query, parts[1], parts[0], server, parts[0], server);
    long session = Long.parseLong(parts[0]);
    return switch (found) {
      case "lives" -> {
        if (end) {
          kill(connection, session);
        }
        yield SessionState.ALIVE;
      }
      case "unseen" -> end ? kill(connection, session) : SessionState.GONE;
      case "restarted" -> SessionState.GONE;
      default -> SessionState.NOT_KNOWN;
    };
  }

  /**
   * Ends a session that is known to be the one, if it is there. The server refuses while the
   * session is inside a routine that has the rights of another user, and hides it from its own.
   */
  private static SessionState kill(Connection connection, long id) throws SQLException {
    try {
      Jdbc.execute(connection, "KILL " + id);
    } catch (SQLException e) {
      if (e.getErrorCode() == NO_SUCH_THREAD) {
        return SessionState.GONE;
      } else if (e.getErrorCode() != KILL_DENIED) {
        throw e;
      }
    }
    return SessionState.ALIVE;
  }
}
