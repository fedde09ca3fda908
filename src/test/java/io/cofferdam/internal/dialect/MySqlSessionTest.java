package io.cofferdam.internal.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cofferdam.testing.DatabaseKind;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.Sql;
import io.cofferdam.testing.TestDatabase;
import java.sql.Connection;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How settlement finds the session of a dead worker on MariaDB. */
@Tag("process")
class MySqlSessionTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final TestDatabase database = Databases.fresh(DatabaseKind.MARIADB);
  private final Dialect dialect = Dialect.forUrl(database.url());

  @Test
  void isGoneWhenItIsEnded() throws Exception {
    try (Connection other = database.connect()) {
      Connection session = database.connect();
      String id = dialect.markSession(session, "shop-1:1");

      assertThat(dialect.endSession(other, id, true)).isEqualTo(SessionState.ALIVE);

      await()
          .atMost(PATIENCE)
          .until(() -> dialect.endSession(other, id, true) == SessionState.GONE);
    }
  }

  /** It may be in the middle of its commit. */
  @Test
  void isAliveThoughItHasGivenItsLocksBack() throws Exception {
    try (Connection other = database.connect()) {
      Connection session = database.connect();
      String id = dialect.markSession(session, "shop-1:1");
      Sql.run(session, "DO RELEASE_ALL_LOCKS()");

      assertThat(dialect.endSession(other, id, true)).isEqualTo(SessionState.ALIVE);
      assertThat(Sql.number(session, "SELECT 1")).isEqualTo(1);

      session.close();
      await()
          .atMost(PATIENCE)
          .until(() -> dialect.endSession(other, id, true) == SessionState.GONE);
    }
  }
}
