package io.cofferdam.internal.dialect.generic;

import io.cofferdam.internal.dialect.ReadOnlyMode;
import java.sql.Connection;
import java.sql.SQLException;

/** What the driver was told, which is all that JDBC tells. */
public class GenericReadOnlyMode implements ReadOnlyMode {

  @Override
  public boolean isReadOnly(Connection connection) throws SQLException {
    return connection.isReadOnly();
  }

  @Override
  public String lostByCleaning(Connection connection) throws SQLException {
    return "";
  }

  @Override
  public boolean refusesWrites(Connection connection, boolean mayHaveChanged) throws SQLException {
    return false;
  }
}
