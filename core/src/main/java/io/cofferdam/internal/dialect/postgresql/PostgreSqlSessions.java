package io.cofferdam.internal.dialect.postgresql;

import io.cofferdam.internal.dialect.Jdbc;
import io.cofferdam.internal.dialect.Sessions;
import io.cofferdam.internal.state.SessionState;
import java.sql.Connection;
import java.sql.SQLException;

/** Sessions of PostgreSQL, found by the process id and the start of their backends. */
final class PostgreSqlSessions implements Sessions {

  private static final String OTHER_ROLE = "role";

  private static final String UNLESS_LOGIN =
      "SELECT CASE WHEN current_user <> session_user THEN '" + OTHER_ROLE + "' ";

  private static final String IDENTIFY_SESSION =
      UNLESS_LOGIN
          + "ELSE (SELECT pg_catalog.concat_ws(' ', pid, extract(epoch FROM backend_start), "
          + PostgreSqlServer.LIFE
          + ") FROM pg_catalog.pg_stat_get_activity(pg_catalog.pg_backend_pid())) END";

  private static final String FIND_SESSION =
      UNLESS_LOGIN
          + "WHEN "
          + PostgreSqlServer.IS_OTHER_STANDBY
          + " THEN 'standby' ELSE (SELECT CASE WHEN %s AND (wait_event = 'SyncRep'"
          + " OR pg_catalog.current_setting('synchronous_standby_names') <> '')"
          + " THEN 'awaits' ELSE 'lives' END"
          + " FROM pg_catalog.pg_stat_get_activity(CAST(? AS integer))"
          + " WHERE CAST(extract(epoch FROM backend_start) AS text) = ?) END";

  /**
   * Returns the process id of the backend, its start in seconds since 1970, and the life of the
   * server, with spaces between them; nothing behind a pooler, which may give the backend to
   * another client at any time. The driver was told another process id then.
   */
  @Override
  public String identify(Connection connection, String name) throws SQLException {
    String id = queryAsLogin(connection, IDENTIFY_SESSION);
    String[] parts = id.split(" ", 2);
    return parts[0].equals(PostgreSqlDriver.backendPid(connection)) ? id : "";
  }

  /** {@inheritDoc} Process id and start are matched by the very query that ends the session. */
  @Override
  public SessionState end(Connection connection, String id, boolean end) throws SQLException {
    String[] parts = id.split(" ", -1);
    String state =
        queryAsLogin(
            connection,
            FIND_SESSION.formatted(end ? "pg_catalog.pg_terminate_backend(pid)" : "true"),
            PostgreSqlServer.startOf(PostgreSqlServer.lifeIn(id)),
            parts[0],
            parts[1]);
    PostgreSqlServer.refuseStandby(state);
    if (state.isEmpty()) {
      return SessionState.GONE;
    }
    return end && state.equals("awaits")
        ? SessionState.ENDED_AWAITING_REPLICAS
        : SessionState.ALIVE;
  }

  /**
   * Asks as the user who has logged in. A role that sessions take at their start may neither see
   * nor end them; then the query returns {@link #OTHER_ROLE}.
   */
  private static String queryAsLogin(Connection connection, String sql, String... parameters)
      throws SQLException {
    String answer = Jdbc.queryForText(connection, sql, parameters);
    if (!answer.equals(OTHER_ROLE)) {
      return answer;
    }
    Jdbc.execute(connection, "SET ROLE NONE");
    answer = Jdbc.queryForText(connection, sql, parameters);
    Jdbc.execute(connection, "RESET ROLE");
    return answer;
  }
}
