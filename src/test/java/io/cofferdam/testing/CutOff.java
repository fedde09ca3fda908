package io.cofferdam.testing;

import static org.awaitility.Awaitility.await;

import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** Ends the session of a connection by another one, and waits until it is gone. */
public record CutOff(TestDatabase database) implements Serializable {

  /** Ends the session of that connection. */
  public void session(Connection connection) throws SQLException {
    long session = Sql.number(connection, database.kind().sessionId());
    database.run(database.kind().endSession(session));
    await("the end of session " + session)
        .atMost(Duration.ofSeconds(60))
        .until(() -> database.number(database.kind().sessionExists(session)) == 0);
  }
}
