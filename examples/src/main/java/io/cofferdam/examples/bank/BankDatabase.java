package io.cofferdam.examples.bank;

import io.cofferdam.testkit.database.Durability;
import io.cofferdam.testkit.database.PostgresServer;
import io.cofferdam.testkit.database.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** The PostgreSQL database of the run: an embedded server of our own, or one that exists. */
final class BankDatabase implements AutoCloseable {

  private final String jdbcUrl;
  private final @Nullable String username;
  private final @Nullable String password;
  private final Runnable end;

  private BankDatabase(
      String jdbcUrl, @Nullable String username, @Nullable String password, Runnable end) {
    this.jdbcUrl = jdbcUrl;
    this.username = username;
    this.password = password;
    this.end = end;
  }

  /** Uses a database that exists. */
  static BankDatabase existing(
      String jdbcUrl, @Nullable String username, @Nullable String password) {
    return new BankDatabase(jdbcUrl, username, password, () -> {});
  }

  /**
   * Starts a server with a data directory of its own, which is as durable as PostgreSQL's defaults
   * make it, and removed at the end.
   */
  static BankDatabase embedded() {
    PostgresServer server =
        new PostgresServer(
            Durability.POWER_LOSS,
            Map.of("max_connections", "1100", "shared_buffers", "256MB", "max_wal_size", "4GB"));
    server.start();
    TestDatabase database = server.fresh();
    return new BankDatabase(
        database.url(), database.username(), database.password(), server::close);
  }

  /** Opens a connection from this JVM, for what is not part of the run. */
  Connection connect() throws SQLException {
    Properties properties = new Properties();
    if (username != null) {
      properties.setProperty("user", username);
    }
    if (password != null) {
      properties.setProperty("password", password);
    }
    return DriverManager.getConnection(jdbcUrl, properties);
  }

  String jdbcUrl() {
    return jdbcUrl;
  }

  @Nullable String username() {
    return username;
  }

  @Nullable String password() {
    return password;
  }

  @Override
  public void close() {
    end.run();
  }
}
