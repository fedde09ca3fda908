package io.cofferdam.examples.bank;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** The PostgreSQL database of the run: an embedded server of our own, or one that exists. */
final class BankDatabase implements AutoCloseable {

  private final String jdbcUrl;
  private final @Nullable String username;
  private final @Nullable String password;
  private final Closeable server;

  private BankDatabase(
      String jdbcUrl, @Nullable String username, @Nullable String password, Closeable server) {
    this.jdbcUrl = jdbcUrl;
    this.username = username;
    this.password = password;
    this.server = server;
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
  static BankDatabase embedded() throws IOException {
    Path directory = Files.createTempDirectory("cofferdam-bank-");
    EmbeddedPostgres server =
        EmbeddedPostgres.builder()
            .setDataDirectory(directory.resolve("data"))
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("full_page_writes", "on")
            .setServerConfig("max_connections", "1100")
            .setServerConfig("shared_buffers", "256MB")
            .setServerConfig("max_wal_size", "4GB")
            .setRegisterShutdownHook(false)
            .start();
    return new BankDatabase(
        "jdbc:postgresql://localhost:" + server.getPort() + "/postgres",
        "postgres",
        null,
        () -> {
          server.close();
          MoreFiles.deleteRecursively(directory, RecursiveDeleteOption.ALLOW_INSECURE);
        });
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
  public void close() throws IOException {
    server.close();
  }
}
