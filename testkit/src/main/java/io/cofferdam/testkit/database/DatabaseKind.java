package io.cofferdam.testkit.database;

import java.sql.Connection;

/** A database product that servers are started of, and the SQL in which it differs from others. */
public enum DatabaseKind {
  POSTGRESQL(Connection.TRANSACTION_READ_COMMITTED, "pid") {
    @Override
    public String sleep(int seconds) {
      return "SELECT pg_sleep(" + seconds + ")";
    }

    @Override
    public String sessionId() {
      return "SELECT pg_backend_pid()";
    }

    @Override
    public String sessionExists(long session) {
      return "SELECT count(*) FROM pg_stat_activity WHERE pid = " + session;
    }

    @Override
    public String sleepers() {
      return "SELECT count(*) FROM pg_stat_activity"
          + " WHERE state = 'active' AND query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()";
    }

    @Override
    public String waiters(String text) {
      return "SELECT count(*) FROM pg_stat_activity"
          + " WHERE wait_event_type = 'Lock' AND query LIKE '%"
          + text
          + "%'";
    }

    @Override
    public String sessionsOf(String user) {
      return "SELECT count(*) FROM pg_stat_activity WHERE usename = '" + user + "'";
    }

    @Override
    public String endSession(long session) {
      return "SELECT pg_terminate_backend(" + session + ")";
    }
  },

  MARIADB(Connection.TRANSACTION_REPEATABLE_READ, "id") {
    @Override
    public String sleep(int seconds) {
      return "SELECT SLEEP(" + seconds + ")";
    }

    @Override
    public String sessionId() {
      return "SELECT CONNECTION_ID()";
    }

    @Override
    public String sessionExists(long session) {
      return "SELECT COUNT(*) FROM information_schema.processlist WHERE id = " + session;
    }

    @Override
    public String sleepers() {
      return "SELECT COUNT(*) FROM information_schema.processlist"
          + " WHERE info LIKE '%SLEEP(%' AND id <> CONNECTION_ID()";
    }

    @Override
    public String waiters(String text) {
      return "SELECT COUNT(*) FROM information_schema.processlist"
          + " WHERE id <> CONNECTION_ID() AND info LIKE '%"
          + text
          + "%'";
    }

    @Override
    public String sessionsOf(String user) {
      return "SELECT COUNT(*) FROM information_schema.processlist WHERE user = '" + user + "'";
    }

    @Override
    public String endSession(long session) {
      return "KILL " + session;
    }
  },

  H2(Connection.TRANSACTION_READ_COMMITTED, "SESSION_ID") {
    /** H2 looks for a cancel between rows only, so it sleeps a millisecond on each of many. */
    @Override
    public String sleep(int seconds) {
      return "SELECT MAX(NAP(1)) FROM SYSTEM_RANGE(1, " + seconds * 1_000 + ")";
    }

    @Override
    public String sessionId() {
      return "SELECT SESSION_ID()";
    }

    @Override
    public String sessionExists(long session) {
      return "SELECT COUNT(*) FROM INFORMATION_SCHEMA.SESSIONS WHERE SESSION_ID = " + session;
    }

    @Override
    public String sleepers() {
      return "SELECT COUNT(*) FROM INFORMATION_SCHEMA.SESSIONS"
          + " WHERE EXECUTING_STATEMENT LIKE '%NAP%' AND SESSION_ID <> SESSION_ID()";
    }

    @Override
    public String waiters(String text) {
      return "SELECT COUNT(*) FROM INFORMATION_SCHEMA.SESSIONS"
          + " WHERE SESSION_ID <> SESSION_ID() AND EXECUTING_STATEMENT LIKE '%"
          + text
          + "%'";
    }

    @Override
    public String sessionsOf(String user) {
      return "SELECT COUNT(*) FROM INFORMATION_SCHEMA.SESSIONS WHERE LOWER(USER_NAME) = '"
          + user
          + "'";
    }

    @Override
    public String endSession(long session) {
      return "SELECT ABORT_SESSION(" + session + ")";
    }
  };

  private final int defaultIsolation;
  private final String sessionColumn;

  /**
   * @param sessionColumn where {@link #sleepers} and {@link #waiters} find the number of a session
   */
  DatabaseKind(int defaultIsolation, String sessionColumn) {
    this.defaultIsolation = defaultIsolation;
    this.sessionColumn = sessionColumn;
  }

  /** Returns the isolation level of a session that has asked for none, as JDBC numbers it. */
  public int defaultIsolation() {
    return defaultIsolation;
  }

  /** Returns a query that takes at least so long, and that the server can cancel. */
  public abstract String sleep(int seconds);

  /** Returns a query for the number by which the server knows the session that asks. */
  public abstract String sessionId();

  /** Returns a query that counts the sessions with that number: 1 or 0. */
  public abstract String sessionExists(long session);

  /** Returns a query that is 1 while that session runs the query of {@link #sleep}, else 0. */
  public String sessionIsSleeping(long session) {
    return sleepers() + " AND " + sessionColumn + " = " + session;
  }

  /** Returns a query that counts the sessions which run the query of {@link #sleep}. */
  public abstract String sleepers();

  /**
   * Returns a query that counts the sessions which wait for a lock in a statement that holds the
   * text; where the server does not tell what they wait for, which execute the statement.
   */
  public abstract String waiters(String text);

  /** Returns a query that is 1 while that session is one of {@link #waiters}, else 0. */
  public String sessionWaitsIn(long session, String text) {
    return waiters(text) + " AND " + sessionColumn + " = " + session;
  }

  /** Returns a query that counts the sessions of a user. */
  public abstract String sessionsOf(String user);

  /** Returns the statement by which a database administrator ends a session. */
  public abstract String endSession(long session);
}
