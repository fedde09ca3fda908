package io.cofferdam.examples.bank;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;

/** Sees in the server which workers are in the middle of a commit. Used by one thread. */
final class CommitWatch implements AutoCloseable {

  private final Connection connection;
  private final PreparedStatement query;

  CommitWatch(Connection connection) throws SQLException {
    this.connection = connection;
    query =
        connection.prepareStatement(
            "SELECT application_name FROM pg_stat_activity"
                + " WHERE state = 'active' AND query ILIKE '%COMMIT' AND pid <> pg_backend_pid()");
  }

  /** Returns the names of the workers whose session executes a commit at this moment. */
  Set<String> committing() throws SQLException {
    Set<String> names = new HashSet<>();
    try (ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
