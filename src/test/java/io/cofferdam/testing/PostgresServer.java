package io.cofferdam.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** PostgreSQL 18, with passwords checked as in production and without fsync. */
final class PostgresServer extends DatabaseServer {

  private @Nullable EmbeddedPostgres running;

  PostgresServer() {
    super(DatabaseKind.POSTGRESQL);
  }

  @Override
  public void start() {
    if (running != null) {
      return;
    }
    try {
      Path access = directory().resolve("hba.conf");
      Files.writeString(
          access,
          """
          local all postgres trust
          host all postgres samehost trust
          host all all samehost md5
          """);
      running =
          EmbeddedPostgres.builder()
              .setDataDirectory(directory().resolve("data"))
              .setCleanDataDirectory(false)
              .setPort(port())
              .setPGStartupWait(Duration.ofMinutes(1))
              .setServerConfig("hba_file", access.toString())
              .setServerConfig("fsync", "off")
              .setServerConfig("synchronous_commit", "on")
              .setServerConfig("wal_writer_delay", "10s")
              .setServerConfig("max_connections", "200")
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start PostgreSQL", e);
    }
  }

  @Override
  public void stop() {
    if (running == null) {
      return;
    }
    try {
      running.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot stop PostgreSQL", e);
    } finally {
      running = null;
    }
  }

  @Override
  public void kill() {
    if (running == null) {
      return;
    }
    try {
      Path pidFile = directory().resolve("data/postmaster.pid");
      long postmaster = Long.parseLong(Files.readAllLines(pidFile).get(0).trim());
      ProcessHandle.of(postmaster)
          .ifPresent(
              process -> {
                List<ProcessHandle> sessions = process.descendants().toList();
                Kill.andAwaitEnd(process);
                sessions.forEach(Kill::andAwaitEnd);
              });
    } catch (IOException e) {
      throw new UncheckedIOException("cannot kill PostgreSQL", e);
    }
    stop();
  }

  @Override
  public Connection admin(TestDatabase database) throws SQLException {
    return admin(database.name());
  }

  private Connection admin(String database) throws SQLException {
    return DriverManager.getConnection(url(database), "postgres", "");
  }

  @Override
  TestDatabase create(String name) throws SQLException {
    String owner = name + "_owner";
    try (Connection connection = admin("postgres");
        Statement statement = connection.createStatement()) {
      // SCRAM, the default, costs each worker 0.3 s of processor time when it connects.
      statement.execute("SET password_encryption = 'md5'");
      statement.execute("CREATE ROLE " + owner + " LOGIN PASSWORD '" + PASSWORD + "'");
      statement.execute("CREATE DATABASE " + name + " OWNER " + owner);
    }
    return new TestDatabase(kind(), name, url(name), owner, PASSWORD);
  }

  private String url(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port() + "/" + database;
  }
}
