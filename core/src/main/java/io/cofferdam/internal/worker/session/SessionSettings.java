package io.cofferdam.internal.worker.session;

import io.cofferdam.internal.dialect.ReadOnlyMode;
import io.cofferdam.internal.wire.TaskRequest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The settings of a session that a task may ask for: isolation level and read-only. Knows what the
 * session had of its own and what it has now. Used by the task thread alone.
 */
final class SessionSettings {

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

  /** Sets what a task asks for. */
  void take(Connection connection, TaskRequest request) throws SQLException {
    if (request.isolation() != 0 && request.isolation() != isolation) {
      isolation = request.isolation();
      connection.setTransactionIsolation(request.isolation());
    }
    if (request.readOnly() && !readOnly) {
      readOnly = true;
      connection.setReadOnly(true);
    }
  }

  /** Returns whether nothing was set, or all of it was set back. */
  boolean areOwn() {
    return readOnly == ownReadOnly && isolation == ownIsolation;
  }

  /** Sets the session's own ones again. */
  void setBack(Connection connection) throws SQLException {
    if (readOnly != ownReadOnly) {
      connection.setReadOnly(ownReadOnly);
      readOnly = ownReadOnly;
    }
    if (isolation != ownIsolation) {
      connection.setTransactionIsolation(ownIsolation);
      isolation = ownIsolation;
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
