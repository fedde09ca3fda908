package io.cofferdam.benchmarks.run;

import io.cofferdam.benchmarks.process.ProcessTree;
import io.cofferdam.benchmarks.report.Report;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Durability;
import io.cofferdam.testkit.database.PostgresServer;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import io.cofferdam.testkit.tpcb.TpcBTables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;

/** A PostgreSQL on the loopback interface with the TPC-B tables. */
public final class BenchmarkDatabase implements AutoCloseable {

  /**
   * No checkpoint and no autovacuum while it is measured: either would fall to one measurement and
   * not to the next.
   */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "shared_buffers", "512MB",
          "checkpoint_timeout", "1d",
          "max_wal_size", "16GB",
          "autovacuum", "off",
          "max_connections", "2000");

  private final PostgresServer server;
  private final TestDatabase database;
  private final Connection connection;
  private final int accounts;

  private BenchmarkDatabase(PostgresServer server, int accounts) throws SQLException {
    this.server = server;
    this.accounts = accounts;
    server.killAtExit().start();
    database = server.fresh();
    connection = database.connect();
    TpcBTables.recreate(connection, DatabaseKind.POSTGRESQL, accounts);
  }

  /**
   * Starts the server and fills the tables.
   *
   * @param durable whether a commit waits for the disk
   * @param accounts how many accounts there are
   */
  public static BenchmarkDatabase start(boolean durable, int accounts) throws SQLException {
    Map<String, String> settings = new TreeMap<>(SETTINGS);
    settings.put("synchronous_commit", durable ? "on" : "off");
    return new BenchmarkDatabase(
        new PostgresServer(durable ? Durability.POWER_LOSS : Durability.SERVER_DEATH, settings),
        accounts);
  }

  /** Returns where it is, and who may use it. */
  public TestDatabase address() {
    return database;
  }

  /** Returns the processes of the server. */
  public ProcessTree processes() {
    return new ProcessTree(server.postmaster());
  }

  /** Says in a report what it is, with the settings that durability depends on. */
  public void describe(Report report) throws SQLException {
    report.setting(
        "database",
        Sql.text(
                connection,
                "SELECT 'PostgreSQL ' || current_setting('server_version') || ', '"
                    + " || string_agg(name || ' = ' || setting, ', ' ORDER BY name) FROM pg_settings"
                    + " WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes')")
            + ", %,d accounts".formatted(accounts));
  }

  /** Makes the tables as they are before every measurement. */
  public void tidy() throws SQLException {
    TpcBTables.tidy(connection, DatabaseKind.POSTGRESQL);
  }

  @Override
  public void close() throws SQLException {
    connection.close();
    server.close();
  }
}
