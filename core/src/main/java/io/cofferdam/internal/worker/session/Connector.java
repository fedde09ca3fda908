package io.cofferdam.internal.worker.session;

import io.cofferdam.internal.config.Database;
import io.cofferdam.internal.dialect.ConnectionTarget;
import io.cofferdam.internal.dialect.Dialect;
import io.cofferdam.internal.dialect.IncompleteRollback;
import io.cofferdam.internal.state.SessionState;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Opens the connections of a worker, and ends a session over another one. */
final class Connector {

  private static final long END_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LAST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Dialect dialect;
  private final ConnectionTarget target;
  private final Properties properties = new Properties();
  private @Nullable Driver driver;

  /**
   * @param worker the name of the worker, which the database may show
   */
  Connector(Dialect dialect, Database database, String worker) {
    this.dialect = dialect;
    target = dialect.connecting().target(database.jdbcUrl(), database.properties(), worker);
    properties.putAll(target.properties());
    if (database.username() != null) {
      properties.setProperty("user", database.username());
    }
    if (database.password() != null) {
      properties.setProperty("password", database.password());
    }
  }

  /** Returns what the driver is given. */
  ConnectionTarget target() {
    return target;
  }

  /**
   * Opens a connection, by the driver that has opened the first one: it may not be registered any
   * more, since a task can change that.
   */
  Connection open() throws SQLException {
    Driver known = driver;
    Connection opened = known == null ? null : known.connect(target.jdbcUrl(), properties);
    if (opened == null) {
      opened = DriverManager.getConnection(target.jdbcUrl(), properties);
      driver = DriverManager.getDriver(target.jdbcUrl());
    }
    return opened;
  }

  /**
   * Ends the session of a connection that was lost, over another one.
   *
   * @param id the handle of the session; empty if it cannot be found
   */
  LostSession endLost(String id) {
    IncompleteRollback rollback = dialect.incompleteRollback();
    try (Connection other = open()) {
      boolean gone = !id.isEmpty() && end(id, other);
      return new LostSession(gone, rollback.mayKeepRows(other) || rollback.mayEndUnseen(other));
    } catch (SQLException e) {
      System.err.println("the lost session could not be ended: " + e);
      return new LostSession(false, rollback.isPossible());
    }
  }

  private boolean end(String id, Connection other) throws SQLException {
    long untilNanos = System.nanoTime() + END_PATIENCE_NANOS;
    long pauseNanos = FIRST_PAUSE_NANOS;
    SessionState state = dialect.sessions().end(other, id, true);
    while (state != SessionState.GONE) {
      if (state == SessionState.NOT_KNOWN || System.nanoTime() - untilNanos >= 0) {
        return false;
      }
      LockSupport.parkNanos(pauseNanos);
      pauseNanos = Math.min(2 * pauseNanos, LAST_PAUSE_NANOS);
      state = dialect.sessions().end(other, id, true);
    }
    return true;
  }
}
