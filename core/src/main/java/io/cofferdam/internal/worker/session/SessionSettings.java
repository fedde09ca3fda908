package io.cofferdam.internal.worker.session;

import io.cofferdam.internal.dialect.ReadOnlyMode;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The settings of a session that a task may ask for: isolation level and read-only. Knows what the
 * session had of its own and what it has now. An isolation level may be kept for the next task,
 * which is given another one if it wants that. Used by the task thread alone.
 */
final class SessionSettings {

  private static final int OWN = 0;
  private static final int NOT_KNOWN = -1;

  private final int ownIsolation;
  private final boolean ownReadOnly;
  private final String lostByCleaning;
  private int isolation;
  private boolean readOnly;

  /**
   * Takes those of a session that has just been opened.
   *
   * @param asksForMode whether to ask if it is read-only; else it counts as one that is not
   */
  SessionSettings(Connection opened, ReadOnlyMode mode, boolean asksForMode) throws SQLException {
    ownIsolation = opened.getTransactionIsolation();
    ownReadOnly = asksForMode && mode.isReadOnly(opened);
    lostByCleaning = ownReadOnly ? mode.lostByCleaning(opened) : "";
    isolation = ownIsolation;
    readOnly = ownReadOnly;
  }

  /**
   * Sets what a task asks for; what it does not ask for is the session's own.
   *
   * @param level the isolation level, or 0 for the session's own
   */
  void take(Connection connection, int level, boolean asksForReadOnly) throws SQLException {
    setIsolation(connection, level == OWN ? ownIsolation : level);
    if (asksForReadOnly && !readOnly) {
      readOnly = true;
      connection.setReadOnly(true);
    }
  }

  private void setIsolation(Connection connection, int wanted) throws SQLException {
    if (isolation != wanted) {
      isolation = NOT_KNOWN;
      connection.setTransactionIsolation(wanted);
      isolation = wanted;
    }
  }

  /**
   * Returns whether nothing has to be set back.
   *
   * @param keepsIsolation whether the isolation level may be kept for the next task
   */
  boolean areOwn(boolean keepsIsolation) {
    return readOnly == ownReadOnly && (keepsIsolation || isolation == ownIsolation);
  }

  /** Returns the isolation level that is kept for the next task; 0 if it is the session's own. */
  int keptIsolation() {
    return isolation == ownIsolation || isolation == NOT_KNOWN ? OWN : isolation;
  }

  /** Returns whether there is nothing to set back, after a cleaning too. */
  boolean areKept(boolean keepsIsolation) {
    return areOwn(keepsIsolation) && lostByCleaning.isEmpty();
  }

  /** Sets the session's own ones again. */
  void setBack(Connection connection) throws SQLException {
    setBackMode(connection);
    setIsolation(connection, ownIsolation);
  }

  /** Sets again whether the session is read-only. */
  void setBackMode(Connection connection) throws SQLException {
    if (readOnly != ownReadOnly) {
      connection.setReadOnly(ownReadOnly);
      readOnly = ownReadOnly;
    }
  }

  /** Sets again what cleaning the session has lost. */
  void restoreLost(Connection connection) throws SQLException {
    if (!lostByCleaning.isEmpty()) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(lostByCleaning);
      }
    }
  }
}
