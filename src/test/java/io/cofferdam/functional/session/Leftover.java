package io.cofferdam.functional.session;

import io.cofferdam.SessionHygiene;
import io.cofferdam.testing.Databases;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.List;

/**
 * Something that a transaction can leave in its session.
 *
 * @param promisedBy the least hygiene that keeps it from the next task
 * @param prepared what an administrator has made before, as a transaction cannot leave it otherwise
 * @param leaving the statements that leave it
 * @param look a query whose result differs if it is there
 */
record Leftover(
    String name,
    SessionHygiene promisedBy,
    List<String> prepared,
    List<String> leaving,
    String look)
    implements Serializable {

  static Leftover fast(String name, String leaving, String look, String... prepared) {
    return of(name, SessionHygiene.FAST, leaving, look, prepared);
  }

  static Leftover strict(String name, String leaving, String look, String... prepared) {
    return of(name, SessionHygiene.STRICT, leaving, look, prepared);
  }

  private static Leftover of(
      String name, SessionHygiene promisedBy, String leaving, String look, String... prepared) {
    return new Leftover(
        name, promisedBy, List.of(prepared), List.of(leaving.split(";; ", -1)), look);
  }

  void prepare(TestDatabase database) throws SQLException {
    DatabaseKind kind = database.kind();
    try (Connection admin = Databases.shared(kind).admin(database)) {
      for (String statement : prepared) {
        Sql.run(admin, statement.replace("{owner}", database.username()));
      }
    }
  }

  void leave(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : leaving) {
        statement.execute(sql);
      }
    }
  }

  /** Returns what a transaction sees; what the database says if that is an error. */
  String look(Connection connection) throws SQLException {
    Savepoint before = connection.setSavepoint("looking");
    try {
      return String.valueOf(Sql.text(connection, look));
    } catch (SQLException e) {
      connection.rollback(before);
      return "error " + e.getSQLState();
    }
  }

  /** Names the case in the report of the tests. */
  @Override
  public String toString() {
    return name;
  }
}
