package io.cofferdam.internal.dialect.generic;

import io.cofferdam.internal.dialect.Cleaning;
import io.cofferdam.internal.dialect.KeptSettings;
import java.sql.Connection;
import java.sql.SQLException;

/** Cleans nothing: a session in which a task has left something is replaced. */
public class GenericCleaning implements Cleaning {

  @Override
  public boolean clean(Connection connection, boolean dirtied, KeptSettings kept)
      throws SQLException {
    return !dirtied;
  }

  @Override
  public boolean restoresSettings() {
    return false;
  }

  @Override
  public void cleanDriver(Connection connection) throws SQLException {
    connection.clearWarnings();
  }

  @Override
  public boolean forgetStatements(Connection connection, boolean mayHoldOwn) throws SQLException {
    return true;
  }

  @Override
  public void turnAutoCommitOn(Connection connection, String session) throws SQLException {
    connection.setAutoCommit(true);
  }

  @Override
  public void releaseLocks(Connection connection, String session, boolean dirtied)
      throws SQLException {
    turnAutoCommitOn(connection, session);
  }
}
