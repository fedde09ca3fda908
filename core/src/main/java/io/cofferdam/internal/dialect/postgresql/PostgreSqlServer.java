package io.cofferdam.internal.dialect.postgresql;

import java.sql.SQLException;

/** The server that a session was in, by which settlement knows that it asks the same one. */
final class PostgreSqlServer {

  /**
   * When the server was started and when it last recovered from a crash, because it loses its
   * statistics then. Two sessions that see the same have not seen it forget a transaction id and
   * give it to another one in between.
   */
  static final String LIFE =
      "extract(epoch FROM pg_catalog.pg_postmaster_start_time()) || '/'"
          + " || extract(epoch FROM pg_catalog.pg_stat_get_bgwriter_stat_reset_time())";

  /**
   * An expression: whether this is a standby, and not the server of the session that is asked
   * about.
   */
  static final String IS_OTHER_STANDBY =
      "pg_catalog.pg_is_in_recovery()"
          + " AND CAST(extract(epoch FROM pg_catalog.pg_postmaster_start_time()) AS text) <> ?";

  private PostgreSqlServer() {}

  /** Returns the life of the server that a session was in; empty if it is not known. */
  static String lifeIn(String session) {
    String[] parts = session.split(" ", -1);
    return parts.length == 3 ? parts[2] : "";
  }

  /** Returns when the server was started, as the life of it says. */
  static String startOf(String life) {
    return life.substring(0, Math.max(0, life.indexOf('/')));
  }

  /** Throws if the answer to a query says that the server {@link #IS_OTHER_STANDBY}. */
  static void refuseStandby(String state) throws SQLException {
    if (state.equals("standby")) {
      throw new SQLException(
          "this is a standby, which knows neither the sessions nor the latest transactions of the"
              + " server that is asked about; add targetServerType=primary to the JDBC URL",
          PostgreSqlFailures.READ_ONLY);
    }
  }
}
