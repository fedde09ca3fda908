package io.cofferdam;

/**
 * How much of what a task leaves in its database session is kept from the next task of the same
 * worker. The guarantees list each kind of state with what becomes of it.
 */
public enum SessionHygiene {
  /**
   * What a statement's text can leave is removed, or the connection is replaced. What functions,
   * procedures and triggers leave behind is removed as far as that costs no further round trip: on
   * PostgreSQL most of it, on MySQL, MariaDB and H2 nothing.
   */
  FAST,
  /**
   * The connection is replaced after each task that has executed a statement, so that nothing of it
   * is left in the session. The caller does not wait for that, but the worker does. It costs a
   * login per transaction, and a worker may hold two sessions for a moment while the server closes
   * the old one.
   */
  STRICT
}
