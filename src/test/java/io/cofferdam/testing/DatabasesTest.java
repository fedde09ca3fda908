package io.cofferdam.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.DatabaseServer;
import io.cofferdam.testkit.database.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("any-jdk")
@Tag("process")
class DatabasesTest {

  @ParameterizedTest
  @EnumSource
  void givesEachTestADatabaseOfItsOwn(DatabaseKind kind) throws SQLException {
    TestDatabase one = Databases.fresh(kind);
    TestDatabase other = Databases.fresh(kind);

    one.run("CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1)");
    other.run("CREATE TABLE t (id INT PRIMARY KEY)");

    assertThat(one.number("SELECT COUNT(*) FROM t")).isEqualTo(1);
    assertThat(other.number("SELECT COUNT(*) FROM t")).isEqualTo(0);
  }

  @ParameterizedTest
  @EnumSource
  void checksPasswords(DatabaseKind kind) {
    TestDatabase database = Databases.fresh(kind);

    assertThatThrownBy(
            () -> DriverManager.getConnection(database.url(), database.username(), "wrong").close())
        .isInstanceOf(SQLException.class);
  }

  @ParameterizedTest
  @EnumSource
  void keepsPortAndDataOverAStopAndAKill(DatabaseKind kind) throws SQLException {
    try (DatabaseServer server = Databases.start(kind)) {
      TestDatabase database = server.fresh();
      database.run("CREATE TABLE t (id INT PRIMARY KEY)");

      server.stop();
      assertThatThrownBy(() -> database.connect().close()).isInstanceOf(SQLException.class);
      server.start();
      database.run("INSERT INTO t VALUES (1)");

      server.kill();
      assertThatThrownBy(() -> database.connect().close()).isInstanceOf(SQLException.class);
      server.start();
      assertThat(database.number("SELECT COUNT(*) FROM t")).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void seesAndEndsTheSessionsOfOthers(DatabaseKind kind) throws SQLException {
    TestDatabase database = Databases.fresh(kind);
    try (Connection session = database.connect();
        Statement statement = session.createStatement()) {
      ResultSet answer = statement.executeQuery(kind.sessionId());
      answer.next();
      long id = answer.getLong(1);
      assertThat(database.number(kind.sessionExists(id))).isEqualTo(1);
      assertThat(database.number(kind.sessionIsSleeping(id))).isEqualTo(0);

      database.run(kind.endSession(id));

      assertThatThrownBy(() -> statement.executeQuery(kind.sessionId()))
          .isInstanceOf(SQLException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void runsTheSleepingQuery(DatabaseKind kind) throws SQLException {
    TestDatabase database = Databases.fresh(kind);
    long begun = System.nanoTime();

    database.text(kind.sleep(1));

    assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(1_000_000_000L);
  }
}
