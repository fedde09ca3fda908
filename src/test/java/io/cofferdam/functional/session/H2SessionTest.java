package io.cofferdam.functional.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cofferdam.functional.OnOneDatabase;
import io.cofferdam.testkit.database.DatabaseKind;
import java.sql.Blob;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Objects of the H2 driver that hide in others. */
@Tag("any-jdk")
class H2SessionTest extends OnOneDatabase {

  private static final class Kept {
    static @Nullable Blob blob;
  }

  H2SessionTest() {
    super(DatabaseKind.H2);
  }

  @Test
  void aLargeObjectInAnArrayDiesWithItsTask() throws Exception {
    client.run(
        connection -> {
          ResultSet row =
              connection
                  .createStatement()
                  .executeQuery("SELECT ARRAY[CAST(X'01' AS BLOB), CAST(X'02' AS BLOB)]");
          row.next();
          Object[] blobs = (Object[]) row.getArray(1).getArray();
          assertThat(((Blob) blobs[1]).getBytes(1, 1)).containsExactly(2);
          Kept.blob = (Blob) blobs[0];
        });

    client.run(
        connection -> {
          Blob kept = Objects.requireNonNull(Kept.blob);
          try (PreparedStatement statement = connection.prepareStatement("SELECT ?")) {
            DriverStateTest.assertRefused(() -> statement.setBlob(1, kept));
            DriverStateTest.assertRefused(kept::length);
          }
        });
  }

  /** H2 keeps one time limit for all statements of a connection. */
  @Test
  void aTimeLimitOfAStatementIsNotTheNextTasks() throws Exception {
    client.run(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
          }
        });

    int next =
        client.execute(
            connection -> {
              try (Statement statement = connection.createStatement()) {
                return statement.getQueryTimeout();
              }
            });

    assertThat(next).isZero();
  }

  /** Neither other workers nor their settlement could do anything meanwhile. */
  @Test
  void aTaskMustNotTakeTheDatabaseForItself() throws Exception {
    assertThatThrownBy(() -> client.run(sql("SET EXCLUSIVE TRUE")))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("SET EXCLUSIVE is not allowed in a task");

    assertThat(database.number("SELECT 1")).isOne();
  }
}
