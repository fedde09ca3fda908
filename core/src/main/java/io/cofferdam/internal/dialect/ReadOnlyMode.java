package io.cofferdam.internal.dialect;

import java.sql.Connection;
import java.sql.SQLException;

/** What lets a session and its transaction write, or keeps them from it. */
public interface ReadOnlyMode {

  /**
   * Returns whether a session that has just been opened takes transactions for read-only that do
   * not say what they are, because the URL, the role or the database have it so.
   */
  boolean isReadOnly(Connection connection) throws SQLException;

  /**
   * Returns the statement that makes a session read-only again after {@link Cleaning#clean}, empty
   * if that leaves it so. Asked of a session that {@link #isReadOnly} and has just been opened.
   */
  String lostByCleaning(Connection connection) throws SQLException;

  /**
   * Returns whether the server refuses the running transaction to write, where that can be asked.
   *
   * @param mayHaveChanged whether the task has executed anything that may have brought that about
   */
  boolean refusesWrites(Connection connection, boolean mayHaveChanged) throws SQLException;
}
