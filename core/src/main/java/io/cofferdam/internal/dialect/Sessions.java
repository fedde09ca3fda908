package io.cofferdam.internal.dialect;

import io.cofferdam.internal.state.SessionState;
import java.sql.Connection;
import java.sql.SQLException;

/** How one session finds another one, and ends it. */
public interface Sessions {

  /**
   * Marks a new session so that settlement finds it and can prove that it is the one.
   *
   * @param mark a text that no other session of any executor has
   * @return the id by which {@link #end} finds it; empty if it cannot
   */
  String mark(Connection connection, String mark) throws SQLException;

  /**
   * Finds out, from another session, whether a session lives, and ends it if asked to.
   *
   * @param id what {@link #mark} returned for it
   */
  SessionState end(Connection connection, String id, boolean end) throws SQLException;
}
