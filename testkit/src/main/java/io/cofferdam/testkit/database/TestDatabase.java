package io.cofferdam.testkit.database;

import java.io.Serializable;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A database that its maker has alone, and an ordinary user who owns it. Serializable, so that a
 * task can capture it and open a session of its own beside the guarded connection.
 */
public record TestDatabase(
    DatabaseKind kind, String name, String url, String username, String password)
    implements Serializable {

  /** Opens a plain session as the owner, in the JVM that calls this. */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(url, username, password);
  }

  /** Runs statements in a session of their own, each committed. */
  public void run(String... statements) throws SQLException {
    try (Connection connection = connect()) {
      Sql.run(connection, statements);
    }
  }

  /** Returns the first column of the first row as a number, seen by a session of its own. */
  public long number(String query) throws SQLException {
    try (Connection connection = connect()) {
      return Sql.number(connection, query);
    }
  }

  /** Returns the first column of the first row as text, seen by a session of its own. */
  public @Nullable String text(String query) throws SQLException {
    try (Connection connection = connect()) {
      return Sql.text(connection, query);
    }
  }

  /** Hides the password. */
  @Override
  public String toString() {
    return url;
  }
}
