package io.cofferdam.benchmarks.run;

import io.cofferdam.benchmarks.process.ProcessTree;
import io.cofferdam.benchmarks.report.Report;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.DatabaseServer;
import io.cofferdam.testkit.database.Durability;
import io.cofferdam.testkit.database.MariaDbServer;
import io.cofferdam.testkit.database.PostgresServer;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import io.cofferdam.testkit.tpcb.TpcBTables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** A PostgreSQL or MariaDB on the loopback interface with the TPC-B tables. */
public final class BenchmarkDatabase implements AutoCloseable {

  /**
   * No checkpoint and no autovacuum while it is measured: either would fall to one measurement and
   * not to the next.
   */
  private static final Map<String, String> POSTGRES_SETTINGS =
      Map.of(
          "shared_buffers", "512MB",
          "checkpoint_timeout", "1d",
          "max_wal_size", "16GB",
          "autovacuum", "off",
          "max_connections", "2100");

  /**
   * As the PostgreSQL above: as large a buffer, a commit that waits for no write, no double write
   * of pages, the same isolation, and so large a log that no checkpoint is due. A transaction waits
   * as long for a row as it must. Nothing looks for deadlocks, as MariaDB's documentation of {@code
   * innodb_deadlock_detect} advises where many threads wait for the same row: all transactions here
   * lock their rows in the same order.
   */
  private static final String[] MARIADB_SETTINGS = {
    "--innodb-buffer-pool-size=512M",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=OFF",
    "--innodb-log-file-size=2G",
    "--innodb-lock-wait-timeout=600",
    "--innodb-deadlock-detect=OFF",
    "--transaction-isolation=READ-COMMITTED",
    "--thread-handling=one-thread-per-connection",
    "--table-open-cache=6000"
  };

  /** So many bytes that two rows of InnoDB fill a page of 16 KiB. */
  private static final int HALF_A_PAGE = 7_900;

  /** What the program itself needs beside the clients. */
  private static final int SPARE_CONNECTIONS = 50;

  private final DatabaseServer server;
  private final LongSupplier processId;
  private final TestDatabase database;
  private final Connection connection;
  private final int accounts;

  private BenchmarkDatabase(DatabaseServer server, LongSupplier processId, int accounts)
      throws SQLException {
    this.server = server;
    this.processId = processId;
    this.accounts = accounts;
    server.killAtExit().start();
    database = server.fresh();
    connection = database.connect();
    TpcBTables.recreate(connection, server.kind(), accounts);
  }

  /**
   * Starts a PostgreSQL and fills the tables.
   *
   * @param durable whether a commit waits for the disk
   * @param accounts how many accounts there are
   */
  public static BenchmarkDatabase start(boolean durable, int accounts) throws SQLException {
    Map<String, String> settings = new TreeMap<>(POSTGRES_SETTINGS);
    settings.put("synchronous_commit", durable ? "on" : "off");
    PostgresServer server =
        new PostgresServer(durable ? Durability.POWER_LOSS : Durability.SERVER_DEATH, settings);
    return new BenchmarkDatabase(server, server::postmaster, accounts);
  }

  /**
   * Starts a MariaDB whose commits do not wait for the disk, and fills the tables.
   *
   * @param accounts how many accounts there are
   * @param clients how many clients it has at once
   */
  public static BenchmarkDatabase startMariaDb(int accounts, int clients) throws SQLException {
    String[] settings = Arrays.copyOf(MARIADB_SETTINGS, MARIADB_SETTINGS.length + 1);
    settings[MARIADB_SETTINGS.length] = "--max-connections=" + (clients + SPARE_CONNECTIONS);
    MariaDbServer server = new MariaDbServer(Durability.SERVER_DEATH, settings);
    BenchmarkDatabase started = new BenchmarkDatabase(server, server::pid, accounts);
    spread(started.connection);
    return started;
  }

  /**
   * Fills each page of the small tables with two rows. InnoDB searches all lock requests of a page,
   * in a time that grows with their square, when one is released: with thousands of them on one
   * page nothing else would be measured. PostgreSQL has no such list, and room left in these pages,
   * too.
   */
  private static void spread(Connection connection) throws SQLException {
    for (String table : List.of("branches", "tellers")) {
      Sql.run(
          connection,
          "ALTER TABLE cofferdam_bank_%s MODIFY filler varchar(%d) CHARACTER SET latin1"
              .formatted(table, HALF_A_PAGE),
          "UPDATE cofferdam_bank_%s SET filler = REPEAT('x', %d)".formatted(table, HALF_A_PAGE));
    }
  }

  /** Returns where it is, and who may use it. */
  public TestDatabase address() {
    return database;
  }

  /** Returns the processes of the server. */
  public ProcessTree processes() {
    return new ProcessTree(processId.getAsLong());
  }

  /** Says in a report what it is, with the settings that durability and speed depend on. */
  public void describe(Report report) throws SQLException {
    boolean isPostgres = server.kind() == DatabaseKind.POSTGRESQL;
    report.setting(isPostgres ? "database" : "database of threads on MariaDB", description());
  }

  /** Returns what it is, with the settings that durability and speed depend on. */
  public String description() throws SQLException {
    boolean isPostgres = server.kind() == DatabaseKind.POSTGRESQL;
    return Sql.text(connection, isPostgres ? describePostgres() : describeMariaDb())
        + ", %,d accounts".formatted(accounts);
  }

  private static String describePostgres() {
    return "SELECT 'PostgreSQL ' || current_setting('server_version') || ', '"
        + " || string_agg(name || ' = ' || setting, ', ' ORDER BY name) FROM pg_settings"
        + " WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers',"
        + " 'max_connections')";
  }

  private static String describeMariaDb() {
    return "SELECT CONCAT('MariaDB ', version(), ', ', GROUP_CONCAT(LOWER(variable_name), ' = ',"
        + " variable_value ORDER BY variable_name SEPARATOR ', '))"
        + " FROM information_schema.global_variables WHERE variable_name IN ("
        + "'innodb_flush_log_at_trx_commit', 'innodb_doublewrite', 'innodb_deadlock_detect', 'innodb_buffer_pool_size',"
        + " 'transaction_isolation', 'thread_handling', 'thread_stack', 'max_connections',"
        + " 'open_files_limit', 'table_open_cache')";
  }

  /** Makes the tables as they are before every measurement. */
  public void tidy() throws SQLException {
    TpcBTables.tidy(connection, server.kind());
  }

  @Override
  public void close() throws SQLException {
    connection.close();
    server.close();
  }
}
