package io.cofferdam.benchmarks.connections;

import io.cofferdam.benchmarks.process.ProcessTree;
import io.cofferdam.testkit.database.DatabaseServer;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import io.cofferdam.testkit.tpcb.TpcBTables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.LongSupplier;

/** A database server of this part alone; closing it ends it. */
final class RunningServer implements AutoCloseable {

  private final DatabaseServer server;
  private final TestDatabase database;
  private final ProcessTree processes;

  private RunningServer(DatabaseServer server, TestDatabase database, long pid) {
    this.server = server;
    this.database = database;
    this.processes = new ProcessTree(pid);
  }

  /**
   * Starts a server.
   *
   * @param pid the process id of its first process, once it runs
   */
  static RunningServer start(DatabaseServer server, LongSupplier pid) {
    server.killAtExit().start();
    return new RunningServer(server, server.fresh(), pid.getAsLong());
  }

  /** Fills the tables, and returns where they are. */
  TestDatabase fill(int accounts) throws SQLException {
    try (Connection connection = database.connect()) {
      TpcBTables.recreate(connection, database.kind(), accounts);
    }
    return database;
  }

  /** Returns what it is, with how many connections it takes. */
  String description() throws SQLException {
    try (Connection connection = database.connect()) {
      String most =
          switch (database.kind()) {
            case POSTGRESQL -> "SHOW max_connections";
            case MARIADB, H2 -> "SELECT @@max_connections";
          };
      return "%s, max_connections = %s"
          .formatted(
              connection.getMetaData().getDatabaseProductVersion(), Sql.text(connection, most));
    }
  }

  ProcessTree processes() {
    return processes;
  }

  @Override
  public void close() {
    server.close();
  }
}
