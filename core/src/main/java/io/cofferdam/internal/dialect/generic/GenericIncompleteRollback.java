package io.cofferdam.internal.dialect.generic;

import io.cofferdam.internal.dialect.IncompleteRollback;
import java.sql.Connection;
import java.sql.SQLException;

/** A database that is taken to roll everything back. */
public class GenericIncompleteRollback implements IncompleteRollback {

  @Override
  public boolean isPossible() {
    return false;
  }

  @Override
  public void prepare(Connection connection) throws SQLException {}

  @Override
  public boolean keptRowsAtEnd(Connection connection) throws SQLException {
    return false;
  }

  @Override
  public boolean mayKeepRows(Connection connection) throws SQLException {
    return false;
  }

  @Override
  public boolean mayEndUnseen(Connection connection) throws SQLException {
    return false;
  }

  @Override
  public boolean mayCommitElsewhere(Connection connection) throws SQLException {
    return false;
  }
}
