package io.cofferdam.testing;

import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionExecutorBuilder;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * An empty database that no other test uses, and an ordinary user who owns it. Serializable, so
 * that a task can capture it and open a session of its own beside the guarded connection.
 */
public record TestDatabase(
    DatabaseKind kind, String name, String url, String username, String password)
    implements Serializable {

  /** Opens a plain session as the owner, in the JVM that calls this. */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(url, username, password);
  }

  /** Returns a builder for an executor on this database. */
  public TransactionExecutorBuilder executor() {
    return TransactionExecutor.builder().jdbcUrl(url).username(username).password(password);
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
