package io.cofferdam.testkit.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** Short forms of JDBC, for tests and for the tasks that they give to workers. */
public final class Sql {

  private Sql() {}

  /** Runs statements one after the other. */
  public static void run(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** Returns the first column of the first row as text. */
  public static @Nullable String text(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      if (!rows.next()) {
        throw new SQLException("no row from: " + query);
      }
      return rows.getString(1);
    }
  }

  /** Returns the first column of the first row as a number. */
  public static long number(Connection connection, String query) throws SQLException {
    String text = text(connection, query);
    if (text == null) {
      throw new SQLException("no number from: " + query);
    }
    return Long.parseLong(text);
  }
}
