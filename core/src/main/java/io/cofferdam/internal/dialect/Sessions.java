package io.cofferdam.internal.dialect;

import io.cofferdam.internal.state.SessionState;
import java.sql.Connection;
import java.sql.SQLException;

/** How one session finds another one, and ends it. */
public interface Sessions {

  /**
   * Makes a new session one that settlement can find, and can prove to be the one.
   *
   * @param name a text that no other session of any executor has
   * @return the id by which {@link #end} finds it; empty if it cannot
   */
  String identify(Connection connection, String name) throws SQLException;

  /**
   * Finds out, from another session, whether a session lives, and ends it if asked to.
   *
   * @param id what {@link #identify} returned for it
   */
  SessionState end(Connection connection, String id, boolean end) throws SQLException;
}
