package io.cofferdam.benchmarks;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * An embedded PostgreSQL with the TPC-B tables. It makes no checkpoint and starts no autovacuum
 * while it is measured: either would fall to one measurement and not to the next.
 */
final class PostgresServer implements AutoCloseable {

  static final String USER = "postgres";

  private final EmbeddedPostgres server;
  private final Connection connection;

  private PostgresServer(EmbeddedPostgres server) throws SQLException {
    this.server = server;
    this.connection = DriverManager.getConnection(url(), USER, "");
  }

  /**
   * Starts one.
   *
   * @param durable whether commits survive a power failure; EmbeddedPostgres's own settings do not
   *     let them
   */
  static PostgresServer start(boolean durable) throws IOException, SQLException {
    String onOff = durable ? "on" : "off";
    EmbeddedPostgres server =
        EmbeddedPostgres.builder()
            .setServerConfig("fsync", onOff)
            .setServerConfig("synchronous_commit", onOff)
            .setServerConfig("full_page_writes", onOff)
            .setServerConfig("shared_buffers", "512MB")
            .setServerConfig("checkpoint_timeout", "1d")
            .setServerConfig("max_wal_size", "16GB")
            .setServerConfig("autovacuum", "off")
            .start();
    PostgresServer started = new PostgresServer(server);
    TpcBTables.createOnPostgres(started.connection);
    return started;
  }

  String url() {
    return "jdbc:postgresql://localhost:" + server.getPort() + "/postgres";
  }

  /** Returns the settings that durability depends on, as the server has them. */
  String durability() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT string_agg(name || ' = ' || setting, ', ') FROM pg_settings"
                    + " WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes')")) {
      row.next();
      return row.getString(1);
    }
  }

  /** Makes the tables as they are before every measurement. */
  void tidy() throws SQLException {
    TpcBTables.tidyOnPostgres(connection);
  }

  @Override
  public void close() throws IOException, SQLException {
    connection.close();
    server.close();
  }
}
