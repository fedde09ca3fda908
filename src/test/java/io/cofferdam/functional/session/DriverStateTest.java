package io.cofferdam.functional.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cofferdam.TransactionTask;
import io.cofferdam.functional.OnEveryDatabase;
import io.cofferdam.testkit.database.DatabaseKind;
import java.sql.Array;
import java.sql.Clob;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the driver and the connection hold of one task is gone, or of no use, for the next. */
@Tag("any-jdk")
class DriverStateTest extends OnEveryDatabase {

  /** What tasks keep in the worker. */
  private static final class Kept {
    static @Nullable Object object;
  }

  @FunctionalInterface
  interface Call {
    void run() throws SQLException;
  }

  static void assertRefused(Call call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08003"));
  }

  @Nested
  class AWarning {

    @Test
    void isNotSeenByTheNextTask() throws Exception {
      if (kind == DatabaseKind.POSTGRESQL) {
        database.run(
            "CREATE TABLE warned (id INT)",
            "CREATE FUNCTION warn() RETURNS trigger LANGUAGE plpgsql AS"
                + " $$ BEGIN RAISE WARNING 'secret'; RETURN NEW; END $$",
            "CREATE CONSTRAINT TRIGGER warn AFTER INSERT ON warned DEFERRABLE INITIALLY DEFERRED"
                + " FOR EACH ROW EXECUTE FUNCTION warn()");
      }
      client.run(
          sql(
              switch (kind) {
                case POSTGRESQL -> "INSERT INTO warned VALUES (1)";
                case MARIADB -> "SELECT CAST('secret' AS INT)";
                case H2 -> "SELECT 'secret'";
              }));

      String next = client.execute(connection -> String.valueOf(connection.getWarnings()));

      assertThat(next).isEqualTo("null");
    }
  }

  /** Some drivers return the very maps that they hold. */
  @Nested
  class AMapOfTheConnection {

    private String maps() throws SQLException {
      return client.execute(
          connection -> {
            Map<String, Class<?>> types = connection.getTypeMap();
            return types + " " + connection.getClientInfo();
          });
    }

    @Test
    void isNotChangedForTheNextTask() throws Exception {
      String before = maps();
      client.run(
          connection -> {
            connection.getClientInfo().setProperty("secret", "mine");
            Map<String, Class<?>> types = connection.getTypeMap();
            if (types != null) {
              types.put("secret", String.class);
            }
          });

      assertThat(maps()).isEqualTo(before);
    }
  }

  @Nested
  class AnObjectThatATaskHasKept {

    /** Returns a task that reads an array, or what the database has in its stead. */
    private TransactionTask<Object, SQLException> reading() {
      String query =
          switch (kind) {
            case POSTGRESQL -> "SELECT ARRAY['secret']";
            case MARIADB -> "SELECT 'secret'";
            case H2 -> "SELECT CAST(ARRAY['secret'] AS VARCHAR ARRAY)";
          };
      boolean isArray = kind != DatabaseKind.MARIADB;
      return connection -> {
        ResultSet row = connection.createStatement().executeQuery(query);
        row.next();
        return isArray ? row.getArray(1) : row.getClob(1);
      };
    }

    @Test
    void isNoArgumentOfTheNextTask() throws Exception {
      TransactionTask<Object, SQLException> reading = reading();
      client.run(connection -> Kept.object = reading.run(connection));

      client.run(
          connection -> {
            Object kept = Kept.object;
            assertThat(kept).isInstanceOfAny(Array.class, Clob.class);
            try (PreparedStatement statement = connection.prepareStatement("SELECT ?")) {
              assertRefused(() -> set(statement, kept));
              assertRefused(() -> statement.setObject(1, kept));
              assertRefused(() -> statement.setObject(1, new Object[] {kept}));
              assertRefused(() -> statement.setObject(1, new Object[][] {{kept}}));
              assertRefused(() -> connection.createArrayOf("text", new Object[] {kept}));
              assertRefused(() -> connection.createStruct("text", new Object[] {kept}));
            }
          });
    }

    @Test
    void isAnArgumentOfItsOwnTask() throws Exception {
      TransactionTask<Object, SQLException> reading = reading();

      client.run(
          connection -> {
            Object read = reading.run(connection);
            try (PreparedStatement statement = connection.prepareStatement("SELECT ?")) {
              set(statement, read);
              statement.executeQuery();
            }
          });
    }
  }

  private static void set(PreparedStatement statement, @Nullable Object value) throws SQLException {
    if (value instanceof Array array) {
      statement.setArray(1, array);
    } else {
      statement.setClob(1, (Clob) value);
    }
  }
}
