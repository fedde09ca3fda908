package io.cofferdam.benchmarks;

import io.cofferdam.testkit.database.DatabaseServer;
import io.cofferdam.testkit.database.Durability;
import io.cofferdam.testkit.database.MariaDbServer;
import io.cofferdam.testkit.database.PostgresServer;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import io.cofferdam.testkit.tpcb.TpcBTables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/** A database with the TPC-B tables, on a server of its own. */
final class TpcBDatabase implements AutoCloseable {

  private final DatabaseServer server;
  private final String durabilityQuery;
  private final TestDatabase database;
  private final Connection connection;

  private TpcBDatabase(DatabaseServer server, String durabilityQuery) throws SQLException {
    this.server = server;
    this.durabilityQuery = durabilityQuery;
    server.killAtExit().start();
    database = server.fresh();
    connection = database.connect();
    TpcBTables.recreate(connection, server.kind());
  }

  /**
   * Starts a PostgreSQL. It makes no checkpoint and starts no autovacuum while it is measured:
   * either would fall to one measurement and not to the next.
   */
  static TpcBDatabase postgres(Durability durability) throws SQLException {
    return new TpcBDatabase(
        new PostgresServer(
            durability,
            Map.of(
                "shared_buffers",
                "512MB",
                "checkpoint_timeout",
                "1d",
                "max_wal_size",
                "16GB",
                "autovacuum",
                "off")),
        "SELECT string_agg(name || ' = ' || setting, ', ') FROM pg_settings"
            + " WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes')");
  }

  /** Starts a MariaDB whose data fit into memory. */
  static TpcBDatabase mariaDb(Durability durability) throws SQLException {
    return new TpcBDatabase(
        new MariaDbServer(
            durability, "--innodb-buffer-pool-size=512M", "--innodb-log-file-size=1G"),
        "SELECT CONCAT('innodb_flush_log_at_trx_commit = ', @@innodb_flush_log_at_trx_commit)");
  }

  /** Returns where it is, and who may use it. */
  TestDatabase address() {
    return database;
  }

  /** Returns the settings that durability depends on, as the server has them. */
  String durability() throws SQLException {
    return String.valueOf(Sql.text(connection, durabilityQuery));
  }

  /** Makes the tables as they are before every measurement. */
  void tidy() throws SQLException {
    TpcBTables.tidy(connection, server.kind());
  }

  @Override
  public void close() throws SQLException {
    connection.close();
    server.close();
  }
}
