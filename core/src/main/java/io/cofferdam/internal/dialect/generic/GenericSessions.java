package io.cofferdam.internal.dialect.generic;

import io.cofferdam.internal.dialect.Sessions;
import io.cofferdam.internal.state.SessionState;
import java.sql.Connection;
import java.sql.SQLException;

/** Sessions that cannot find each other. */
final class GenericSessions implements Sessions {

  @Override
  public String identify(Connection connection, String name) throws SQLException {
    return "";
  }

  @Override
  public SessionState end(Connection connection, String id, boolean end) throws SQLException {
    return SessionState.NOT_KNOWN;
  }
}
